import { dirname } from "node:path";
import { sampleSessions } from "@lazynwb/fixtures";
import { startRangeServer } from "@lazynwb/fixtures/range-server";
import fc from "fast-check";
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLazyNwb, type NwbLazyFrame } from "../../src/index.ts";

/** Columns of units that a filter may look at, with bounds that keep some rows and lose others. */
const NUMBERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  presence_ratio: [0.7, 1],
  amplitude_cutoff: [0, 0.3],
  isi_violations_ratio: [0, 1.2],
  snr: [0, 8],
  firing_rate: [0, 1],
  isolation_distance: [0, 200],
  unit_id: [950_011_000, 950_013_300],
};
const LOCATIONS = ["VISp", "VISl", "VISam", "LP", "CA1", "nowhere"];
const COLUMNS = [
  ...Object.keys(NUMBERS),
  "location",
  "default_qc",
  "spike_times",
  "electrodes",
  "waveform_mean",
  "_nwb_path",
  "_table_index",
];

const COMPARISONS = ["gt", "gtEq", "lt", "ltEq", "eq", "neq"] as const;

const comparison: fc.Arbitrary<Expr> = fc
  .constantFrom(...Object.keys(NUMBERS))
  .chain((name) =>
    fc.record({
      name: fc.constant(name),
      how: fc.constantFrom(...COMPARISONS),
      bound: fc.double({ min: NUMBERS[name]![0], max: NUMBERS[name]![1], noNaN: true }),
    }),
  )
  .map(({ name, how, bound }) => pl.col(name)[how](pl.lit(bound)));

const leaf: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 4, arbitrary: comparison },
  fc.constantFrom(...LOCATIONS).map((place) => pl.col("location").eq(pl.lit(place))),
  fc.subarray(LOCATIONS, { minLength: 1 }).map((places) => pl.col("location").isIn(places)),
  fc.constantFrom(...Object.keys(NUMBERS)).map((name) => pl.col(name).isNull()),
  fc.constantFrom("amplitude_cutoff", "isolation_distance").map((name) => pl.col(name).isNan()),
  fc.boolean().map((wanted) => pl.col("default_qc").eq(pl.lit(wanted))),
  fc.nat(80).map((row) => pl.col("_table_index").lt(pl.lit(row))),
);

const { filter } = fc.letrec<{ filter: Expr }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(tie("filter"), tie("filter")).map(([left, right]) => left.and(right)),
    fc.tuple(tie("filter"), tie("filter")).map(([left, right]) => left.or(right)),
    tie("filter").map((inner) => inner.not()),
  ),
}));

const nwb = createLazyNwb();
const frames = new Map<boolean, { lazy: NwbLazyFrame; whole: DataFrame }>();
let close: () => Promise<void>;

beforeAll(async () => {
  const server = await startRangeServer(dirname(sampleSessions()[0]!));
  close = () => server.close();
  const far = sampleSessions().map((path) => `${server.url}/${path.slice(dirname(path).length + 1)}`);
  for (const nanAsNull of [false, true]) {
    const lazy = await nwb.scanNwb(far, "units", { nanAsNull });
    frames.set(nanAsNull, { lazy, whole: await lazy.collect() });
  }
});
afterAll(async () => {
  await nwb.close();
  await close();
});

test("any filter, selection and head pushed down gives what reading all and asking polars gives", async () => {
  const seed = Number(process.env.LAZYNWB_SEED ?? Date.now() % 2 ** 31);
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(filter, { maxLength: 3 }),
      fc.subarray(COLUMNS, { minLength: 1 }),
      fc.option(fc.nat(100), { nil: undefined }),
      async (nanAsNull, filters, columns, head) => {
        const { lazy, whole } = frames.get(nanAsNull)!;
        let pushed = lazy;
        let expected = whole.lazy();
        for (const each of filters) {
          pushed = pushed.filter(each);
          expected = expected.filter(each);
        }
        pushed = pushed.select(...columns);
        expected = expected.select(...columns);
        if (head !== undefined) {
          pushed = pushed.head(head);
          expected = expected.head(head);
        }
        const answer = await pushed.collect();
        const truth = expected.collectSync();
        expect(answer.columns).toEqual(truth.columns);
        expect(answer.toRecords()).toEqual(truth.toRecords());
      },
    ),
    { seed, numRuns: 60, verbose: true },
  );
}, 120_000);
