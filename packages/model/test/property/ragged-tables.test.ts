import { type RowRanges, rowRanges } from "@lazynwb/core";
import { array, type Tree } from "@lazynwb/core/testing";
import { openTable } from "@lazynwb/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryFile } from "../support/files.ts";
import { at, column, ids, index, table } from "../support/nwb-tree.ts";
import { type Plain, plainRows } from "../support/plain-values.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

/** Names that a reader by prefix, or by the first `_index`, would pair wrongly. */
const NAMES = ["spike", "spike_times", "spike_times_b", "a_index_b", "a", "x_index_y_index_z", "_", "index"];

/** Rows of lists nested `depth` deep, with many empty ones. */
function nestedRows(depth: number, rows: number): fc.Arbitrary<unknown[]> {
  const level = (left: number): fc.Arbitrary<unknown> =>
    left === 0 ? fc.integer({ min: -9, max: 9 }) : fc.array(level(left - 1), { maxLength: 3 });
  return fc.array(level(depth), { minLength: rows, maxLength: rows });
}

/** The arrays that store nested rows: the target, then an index for each level, innermost first. */
function stored(rows: unknown[], depth: number): { readonly values: unknown[]; readonly ends: number[][] } {
  const ends: number[][] = [];
  let values = rows;
  for (let level = 0; level < depth; level++) {
    let end = 0;
    ends.unshift(values.map((row) => (end += (row as unknown[]).length)));
    values = values.flat();
  }
  return { values, ends };
}

const tables = fc.integer({ min: 0, max: 12 }).chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 3 })).chain(([name, depth]) =>
        fc.record({
          name: fc.constant(name),
          depth: fc.constant(depth),
          text: fc.boolean(),
          values: nestedRows(depth, rows),
        }),
      ),
      { selector: ({ name }) => name, minLength: 1, maxLength: 5 },
    ),
    targets: fc.boolean(),
    ranges: fc.array(fc.array(fc.integer({ min: 0, max: rows }), { minLength: 2, maxLength: 8 }), {
      minLength: 1,
      maxLength: 4,
    }),
    prepared: fc.boolean(),
  }),
);

function children(columns: readonly { name: string; depth: number; text: boolean; values: unknown[] }[], rows: number) {
  const made: Record<string, Tree> = { id: ids(rows) };
  for (const { name, depth, text, values } of columns) {
    const { values: leaves, ends } = stored(values, depth);
    made[name] = text
      ? column(leaves.map(String), { dtype: { kind: "text" } })
      : column(Int32Array.from(leaves as number[]));
    let below = `/t/${name}`;
    for (const level of ends) {
      made[`${below.slice(3)}_index`] = index(Uint16Array.from(level), below);
      below += "_index";
    }
  }
  return made;
}

/** Sorted, disjoint, half-open ranges of any numbers. */
function ranges(edges: readonly number[]): RowRanges {
  const sorted = [...edges].sort((left, right) => left - right);
  const pairs: [number, number][] = [];
  for (let at = 0; at + 1 < sorted.length; at += 2) pairs.push([sorted[at]!, sorted[at + 1]!]);
  return rowRanges(...pairs);
}

function slices(rows: readonly Plain[], wanted: RowRanges): Plain[] {
  const taken: Plain[] = [];
  for (let at = 0; at < wanted.length; at += 2) taken.push(...rows.slice(wanted[at], wanted[at + 1]));
  return taken;
}

const asText = (value: unknown): Plain => (Array.isArray(value) ? value.map(asText) : String(value));

test(`rows of any table are those that were written, for any row ranges (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ rows, columns, ranges: wanted, prepared }) => {
      const names = columns.map(({ name }) => name);
      const tree = table(children(columns, rows), { colnames: names });
      const opened = await openTable(memoryFile(at("/t", tree)), "/t");
      expect(opened.columns.map(({ name }) => name)).toEqual(["id", ...names]);
      expect(opened.rowCount).toBe(rows);
      expect(opened.warnings).toEqual([]);
      if (prepared) await opened.prepare(names, "all");
      for (const edges of wanted) {
        const chosen = ranges(edges);
        const arrays = await opened.read(names, chosen);
        columns.forEach(({ values, text }, position) => {
          const written = (text ? values.map(asText) : values) as Plain[];
          const { type } = opened.columns[position + 1]!;
          expect(plainRows(arrays[position]!, type)).toEqual(slices(written, chosen));
        });
      }
    }),
    { seed, numRuns: 200 },
  );
});

test(`rows of a series are those that were written, for any row ranges and channels (seed ${seed})`, async () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 0, max: 9 }),
    channels: fc.integer({ min: 1, max: 6 }),
    chosen: fc.option(fc.uniqueArray(fc.nat(5), { minLength: 1 }), { nil: undefined }),
    edges: fc.array(fc.nat(9), { minLength: 2, maxLength: 6 }),
    rate: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
    begin: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ rows, channels, chosen, edges, rate, begin }) => {
      const picked = chosen?.filter((channel) => channel < channels);
      fc.pre(picked === undefined || picked.length > 0);
      const data = Float64Array.from({ length: rows * channels }, (_, at) => at);
      const starting = array(begin, { attributes: { rate } });
      const tree = { data: array(data, { shape: [rows, channels] }), starting_time: starting };
      const file = memoryFile(at("/s", table(tree, { type: "TimeSeries", colnames: null })));
      const opened = await openTable(file, "/s", { channels: picked });
      const chosenRows = ranges(edges.map((edge) => Math.min(edge, rows)));
      const arrays = await opened.read(["timestamps", "data"], chosenRows);
      const all = Array.from({ length: rows }, (_, row) => row);
      expect(plainRows(arrays[0]!, opened.columns[0]!.type)).toEqual(
        slices(
          all.map((row) => row / rate + begin),
          chosenRows,
        ),
      );
      const written = all.map((row) =>
        (picked ?? [...Array(channels).keys()]).map((channel) => row * channels + channel),
      );
      expect(plainRows(arrays[1]!, opened.columns[1]!.type)).toEqual(slices(written, chosenRows));
    }),
    { seed, numRuns: 200 },
  );
});
