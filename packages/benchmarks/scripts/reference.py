"""Asks Python lazynwb 1.0.0 one question of the benchmark and prints what it cost as one line of JSON.

    python reference.py QUESTION URL...

Its object store refuses plain http, which the benchmark's server speaks, so it is told to allow it; nothing else is changed.
Its cache is on, as by default; the caller points LAZYNWB_CATALOG_CACHE_PATH at a file that does not exist yet, so that the
one question of this process is cold. Importing is not part of the measured time, here as in our own questions.
"""
import json
import resource
import sys
import time

import lazynwb
import obstore.store
import polars as pl

SCALARS = ["unit_id", "presence_ratio", "snr"]


def allow_plain_http():
    original = obstore.store.from_url

    def from_url(url, *, client_options=None, **options):
        return original(url, client_options={**(client_options or {}), "allow_http": True}, **options)

    obstore.store.from_url = from_url


def good_units(urls):
    units = lazynwb.scan_nwb(urls, "/units", disable_progress=True)
    good = units.filter((pl.col("presence_ratio") > 0.97) & (pl.col("snr") > 0.3))
    return good.select("unit_id", "location", "spike_times").collect().height


def thousand_samples(urls):
    series = lazynwb.get_timeseries(urls[0], "/processing/behavior/running_speed", exact_path=True)
    return min(len(series.data[50_000:51_000]), len(series.timestamps[50_000:51_000]))


def all_of(table):
    return lambda urls: lazynwb.read_nwb(urls, table, disable_progress=True).height


def columns_of_units(*names):
    return lambda urls: lazynwb.scan_nwb(urls, "/units", disable_progress=True).select(*names).collect().height


QUESTIONS = {
    "paths": lambda urls: len(lazynwb.get_internal_paths(urls[0])),
    "schema": lambda urls: len(lazynwb.get_table_schema(urls, "/units")),
    "trials": all_of("/intervals/trials"),
    "scalars": columns_of_units(*SCALARS),
    "filter": good_units,
    "filter-two": good_units,
    "spike-times": columns_of_units("spike_times"),
    "units": all_of("/units"),
    "metadata-60": lambda urls: lazynwb.get_metadata_df(urls, disable_progress=True, as_polars=True).height,
    "trials-60": all_of("/intervals/trials"),
    "series": thousand_samples,
}


def main():
    question, urls = QUESTIONS[sys.argv[1]], sys.argv[2:]
    allow_plain_http()
    seconds, cpu = time.perf_counter(), time.process_time()
    rows = question(urls)
    seconds, cpu = time.perf_counter() - seconds, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_bytes = peak if sys.platform == "darwin" else peak * 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "cpuSeconds": cpu, "peakMegabytes": peak_bytes / 1e6}))


if __name__ == "__main__":
    main()
