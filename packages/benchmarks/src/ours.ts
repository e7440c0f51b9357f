import { getInternalPaths, getMetadataDf, getTableSchema, readNwb, scanNwb } from "lazynwb";
import pl from "nodejs-polars";

const SERIES = "/processing/behavior/running_speed";
const FIRST_SAMPLE = 50_000;
const SAMPLES = 1_000;

type Ask = (urls: string[]) => Promise<number>;

const goodUnits: Ask = async (urls) => {
  const units = await scanNwb(urls, "/units");
  const good = units.filter(pl.col("presence_ratio").gt(0.97).and(pl.col("snr").gt(0.3)));
  return (await good.select("unit_id", "location", "spike_times").collect()).height;
};

const columnsOfUnits =
  (...names: string[]): Ask =>
  async (urls) =>
    (await (await scanNwb(urls, "/units")).select(...names).collect()).height;

const allOf =
  (table: string): Ask =>
  async (urls) =>
    (await readNwb(urls, table)).height;

/** Each question of the benchmark as a user would put it, through the public API alone; the answer is a number of rows. */
export const OURS: Readonly<Record<string, Ask>> = {
  paths: async (urls) => (await getInternalPaths(urls[0]!)).length,
  schema: async (urls) => Object.keys(await getTableSchema(urls, "/units")).length,
  trials: allOf("/intervals/trials"),
  scalars: columnsOfUnits("unit_id", "presence_ratio", "snr"),
  filter: goodUnits,
  "filter-two": goodUnits,
  "spike-times": columnsOfUnits("spike_times"),
  units: allOf("/units"),
  "metadata-60": async (urls) => (await getMetadataDf(urls)).height,
  "trials-60": allOf("/intervals/trials"),
  series: async (urls) => (await (await scanNwb(urls, SERIES)).slice(FIRST_SAMPLE, SAMPLES).collect()).height,
};
