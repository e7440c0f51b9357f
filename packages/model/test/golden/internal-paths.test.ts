import { sampleSessions } from "@lazynwb/fixtures";
import { type InternalPathOptions, listInternalPaths } from "@lazynwb/model";
import { afterAll, expect, test } from "vitest";
import { diskFile } from "../support/files.ts";

// What lazynwb 1.0.0 (Python) lists of the first sample session. It skips the electrodes unless metadata is asked for, which we
// list always, and with child datasets it forgets a series that holds no other.
const DEFAULT = [
  "/acquisition/lick_sensor_events",
  "/intervals/epochs",
  "/intervals/trials",
  "/processing/behavior/eye_tracking",
  "/processing/behavior/pupil_position",
  "/processing/behavior/running_speed",
  "/processing/behavior/wheel_position",
  "/processing/ecephys/LFP/probeA_lfp",
  "/processing/ecephys/LFP/probeA_lfp/electrodes",
  "/units",
];

const ELECTRODES = "/general/extracellular_ephys/electrodes";

const file = diskFile(sampleSessions()[0]!);
afterAll(() => file.close());

async function added(options: InternalPathOptions): Promise<string[]> {
  const paths = (await listInternalPaths(file, options)).map(({ path }) => path);
  for (const path of [...DEFAULT, ELECTRODES]) expect(paths).toContain(path);
  return paths.filter((path) => !DEFAULT.includes(path) && path !== ELECTRODES);
}

test("tables, series and other typed objects", async () => {
  expect(await added({})).toEqual([]);
});

test("child datasets", async () => {
  expect(await added({ includeChildDatasets: true })).toEqual([
    "/acquisition/lick_sensor_events/data",
    "/acquisition/lick_sensor_events/timestamps",
    "/processing/behavior/pupil_position/data",
    "/processing/behavior/pupil_position/starting_time",
    "/processing/behavior/running_speed/data",
    "/processing/behavior/running_speed/timestamps",
    "/processing/behavior/wheel_position/data",
    "/processing/ecephys/LFP/probeA_lfp/data",
    "/processing/ecephys/LFP/probeA_lfp/starting_time",
  ]);
});

test("metadata", async () => {
  expect(await added({ includeMetadata: true })).toEqual([
    "/general/devices/eye_camera",
    "/general/devices/models/Neuropixels 1.0",
    "/general/devices/probeA",
    "/general/experimenter",
    "/general/extracellular_ephys/shank0",
    "/general/extracellular_ephys/shank1",
    "/general/keywords",
    "/general/subject",
  ]);
});

test("parents", async () => {
  expect(await added({ parents: true })).toEqual([
    "/processing/behavior",
    "/processing/ecephys",
    "/processing/ecephys/LFP",
  ]);
});

test("columns of tables", async () => {
  const columns = (await added({ includeTableColumns: true })).filter((path) => path.startsWith("/intervals/trials/"));
  expect(columns).toEqual([
    "/intervals/trials/contrast",
    "/intervals/trials/id",
    "/intervals/trials/is_change",
    "/intervals/trials/orientation",
    "/intervals/trials/response_time",
    "/intervals/trials/rewarded",
    "/intervals/trials/start_time",
    "/intervals/trials/stimulus_name",
    "/intervals/trials/stop_time",
  ]);
});
