"""Writes the benchmark corpus: two large sessions and many small ones, the same content on every machine.

    python make_corpus.py FOLDER [--sessions 2] [--many 60]

FOLDER/session_N.nwb holds 800 units of about 3,000 spikes each, waveforms, 300 trials and 100,000 samples of behaviour;
FOLDER/many/sNNN.nwb the same in small. The numbers are drawn from one generator a file, in a fixed order: a draw that is
added, dropped or moved changes everything after it, and with it what earlier measurements can be compared with.
"""
import argparse
import datetime
import pathlib
import uuid
from dataclasses import dataclass

import numpy as np
from hdmf.backends.hdf5 import H5DataIO
from hdmf.common import DynamicTable, ElementIdentifiers, VectorData, VectorIndex
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.epoch import TimeIntervals
from pynwb.file import Subject
from pynwb.misc import Units

AREAS = ["VISp", "VISl", "VISal", "VISrl", "CA1", "CA3", "DG", "LP", "LGd", "MOs"]
STIMULI = ["vis1", "vis2", "sound1", "catch"]
LABELS = ["sua", "mua", "noise"]
FEW_METRICS = ["presence_ratio", "amplitude_cutoff", "isi_violations_ratio", "activity_drift", "snr", "firing_rate"]
ALL_METRICS = FEW_METRICS + [
    "d_prime", "l_ratio", "isolation_distance", "silhouette_score", "nn_hit_rate", "nn_miss_rate", "max_drift", "cumulative_drift", "amplitude",
    "PT_ratio", "duration", "halfwidth", "recovery_slope", "repolarization_slope", "spread", "velocity_above", "velocity_below",
]
EYE_COLUMNS = ["pupil_x", "pupil_y", "pupil_area", "eye_x", "eye_y", "eye_area"]
HOUR = 3600
LICKS = 2734
WAVEFORM = (82, 12)


@dataclass(frozen=True)
class Size:
    units: int
    mean_spikes: int
    trials: int
    samples: int
    trial_metrics: int
    electrodes: int
    metrics: tuple
    waveform_sd: bool
    eye_columns: int


LARGE = Size(800, 3000, 300, 100_000, 16, 384, tuple(ALL_METRICS), True, 6)
SMALL = Size(40, 200, 60, 2000, 4, 64, tuple(FEW_METRICS), False, 2)


def compressed(values):
    return H5DataIO(values, compression="gzip", shuffle=True, chunks=True)


def new_file(seed):
    day = datetime.datetime(2024, 1, 1, 9, 30, tzinfo=datetime.timezone.utc) + datetime.timedelta(days=seed)
    file = NWBFile(
        session_description=f"ecephys session (day {seed % 5 + 1})", identifier=str(uuid.UUID(int=seed + 1)), session_start_time=day,
        session_id=f"{700000 + seed}_{day:%Y-%m-%d}", experimenter=["Doe, Jane", "Roe, Richard"], institution="Institute", lab="Mindscope",
        keywords=["ecephys", "behavior", f"set{seed % 3}"], experiment_description="visual behaviour", stimulus_notes="gratings" if seed % 2 else None,
    )
    file.subject = Subject(
        subject_id=str(700000 + seed), sex="MFU"[seed % 3], species="Mus musculus", age=f"P{90 + seed}D",
        genotype="Sst-IRES-Cre;Ai32" if seed % 2 else "C57BL6J(NP)", strain=None if seed % 4 else "C57BL/6J",
        date_of_birth=day - datetime.timedelta(days=90 + seed),
    )
    return file


def add_intervals(file, size, rng):
    starts = np.cumsum(rng.exponential(5, size.trials)) + 10
    metrics = [f"metric_{i}" for i in range(size.trial_metrics)]
    for name, description in [("stim_name", "stimulus"), ("is_go", "go trial"), ("contrast", ""), *((name, "trial metric") for name in metrics)]:
        file.add_trial_column(name, description)
    for number, start in enumerate(starts):
        contrast = float(rng.choice([0.1, 0.5, 1.0]))
        file.add_trial(
            start_time=float(start), stop_time=float(start + 2), stim_name=STIMULI[number % 4], is_go=number % 3 == 0, contrast=contrast,
            **{name: float(rng.normal()) for name in metrics},
        )
    middle, end = float(starts[-1] / 2), float(starts[-1] + 5)
    file.add_epoch(0.0, middle, ["first"])
    file.add_epoch(middle, end, ["second", "late"])


def add_electrodes(file, size):
    probe = file.create_device("probeA", description="Neuropixels", manufacturer="imec")
    shanks = [file.create_electrode_group(f"shank{i}", description="shank", location=AREAS[i], device=probe) for i in range(2)]
    file.add_electrode_column("rel_depth", "um")
    for number in range(size.electrodes):
        depth = float(number * 20)
        file.add_electrode(x=float(number), y=depth, z=0.0, location=AREAS[number % 10], group=shanks[number % 2], rel_depth=depth)


def add_units(file, size, rng):
    count = size.units
    spikes_of = np.maximum(1, rng.poisson(size.mean_spikes, count) * rng.integers(1, 4, count) // 2)
    ends = np.cumsum(spikes_of)
    times = np.concatenate([np.sort(rng.uniform(0, HOUR, number)) for number in spikes_of])
    spike_times = VectorData(name="spike_times", description="s", data=compressed(times))
    units = Units(
        name="units", description="units", waveform_rate=30000.0, resolution=1 / 30000, id=ElementIdentifiers(name="id", data=np.arange(count)),
        columns=[spike_times, VectorIndex(name="spike_times_index", data=ends.astype("uint32"), target=spike_times)], colnames=["spike_times"],
    )
    amplitudes = rng.normal(1e-4, 2e-5, int(ends[-1]))
    units.add_column(name="spike_amplitudes", description="V", data=compressed(amplitudes), index=[int(end) for end in ends])
    plain = {"unit_id": np.arange(count) * 3 + 1}
    plain["location"] = [AREAS[i] for i in rng.integers(0, 10, count)]
    plain["decoder_label"] = [LABELS[i] for i in rng.integers(0, 3, count)]
    plain["good"] = rng.random(count) > 0.4
    plain |= {name: rng.random(count) for name in size.metrics}
    for name, values in plain.items():
        units.add_column(name=name, description="", data=values)
    waveforms = rng.normal(size=(count, *WAVEFORM)).astype("float32")
    units.add_column(name="waveform_mean", description="", data=compressed(waveforms))
    if size.waveform_sd:
        units.add_column(name="waveform_sd", description="", data=compressed(np.abs(waveforms)))
    channels = rng.integers(0, 64, 3 * count).reshape(count, 3).tolist()
    units.add_column(name="electrodes", description="", data=channels, index=True, table=file.electrodes)
    file.units = units


def add_behavior(file, size, rng):
    behavior = file.create_processing_module("behavior", "behaviour")
    times = np.sort(rng.uniform(0, HOUR, size.samples))
    speed = rng.normal(20, 5, size.samples)
    behavior.add(TimeSeries(name="running_speed", data=compressed(speed), timestamps=compressed(times), unit="cm/s", description="wheel"))
    pupil = rng.normal(size=(size.samples, 3)).astype("float32")
    behavior.add(TimeSeries(name="pupil", data=compressed(pupil), rate=60.0, starting_time=1.5, unit="px", conversion=0.5))
    eye = DynamicTable(name="eye_tracking", description="eye", id=list(range(size.samples)))
    eye.add_column("timestamps", "s", data=compressed(times))
    eye.add_column("likely_blink", "", data=rng.random(size.samples) > 0.9)
    for name in EYE_COLUMNS[: size.eye_columns]:
        eye.add_column(name, "", data=compressed(rng.normal(size=size.samples)))
    behavior.add(eye)
    file.add_acquisition(TimeSeries(name="lick_sensor_events", data=np.ones(LICKS), timestamps=np.sort(rng.uniform(0, HOUR, LICKS)), unit="a.u."))
    mapping = TimeIntervals(name="vis_rf_mapping_trials", description="rf")
    mapping.add_column("grating_orientation", "")
    for number in range(20):
        mapping.add_row(start_time=float(number), stop_time=number + 0.5, grating_orientation=number % 4 * 45.0)
    file.add_time_intervals(mapping)


def write(path, seed, size):
    if path.exists():
        return
    rng = np.random.default_rng(seed)
    file = new_file(seed)
    add_intervals(file, size, rng)
    add_electrodes(file, size)
    add_units(file, size, rng)
    add_behavior(file, size, rng)
    unfinished = path.with_suffix(".part")
    with NWBHDF5IO(str(unfinished), "w") as io:
        io.write(file)
    unfinished.rename(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sessions", type=int, default=2)
    parser.add_argument("--many", type=int, default=60)
    arguments = parser.parse_args()
    (arguments.folder / "many").mkdir(parents=True, exist_ok=True)
    for number in range(arguments.sessions):
        write(arguments.folder / f"session_{number}.nwb", number, LARGE)
    for number in range(arguments.many):
        write(arguments.folder / "many" / f"s{number:03d}.nwb", 1000 + number, SMALL)


if __name__ == "__main__":
    main()
