import { countRows, type NdArray, QueryError, type RowRanges, type TypedArray } from "@lazynwb/core";
import { rowBytesOf, type StoredArray } from "../stored-array.ts";
import { type ColumnSource, readRows, type Step } from "../table/column-source.ts";
import { blankArray } from "../values/empty.ts";

/** Runs of neighbouring channels: each is one cut of the second axis. */
function runsOf(channels: readonly number[]): { readonly start: number; readonly stop: number }[] {
  const runs: { start: number; stop: number }[] = [];
  for (const channel of [...new Set(channels)].sort((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last?.stop === channel) last.stop = channel + 1;
    else runs.push({ start: channel, stop: channel + 1 });
  }
  return runs;
}

/** Checks a list of channels against an array of shape [rows, channels, ...]. */
export function checkChannels(array: StoredArray, channels: readonly number[]): void {
  const count = array.shape[1];
  if (count === undefined) throw new QueryError(`${array.path} has one value a row and no channels to choose from`);
  const wrong = channels.find((channel) => !Number.isInteger(channel) || channel < 0 || channel >= count);
  if (wrong !== undefined)
    throw new QueryError(`${array.path} has channels 0 to ${count - 1}; ${wrong} is none of them`, {
      path: array.path,
    });
  if (channels.length === 0) throw new QueryError(`name at least one channel of ${array.path}`, { path: array.path });
}

/** The rows of an array of shape [rows, channels, ...], of some channels, in the order asked for; only those are read. */
export function channelSource(array: StoredArray, channels: readonly number[]): ColumnSource {
  const runs = runsOf(channels);
  const picked: StoredArray = { ...array, shape: array.shape.with(1, channels.length) };
  const read = (rows: RowRanges): Step => {
    const count = countRows(rows);
    if (count === 0) return readRows(picked, rows);
    const requests = runs.map((run) => ({ path: array.path, selection: { rows, trailing: [run] } }));
    return { requests, finish: (answers) => interleave(answers, runs, channels, picked, count) };
  };
  return {
    length: array.shape[0]!,
    begin: read,
    prepare: read,
    locations: (rows) => ({ requests: read(rows).requests, exact: true }),
    ahead: () => [],
    bytes: (rows) => countRows(rows) * rowBytesOf(picked),
  };
}

/** Puts the runs that were read together, channel by channel. */
function interleave(
  answers: readonly NdArray[],
  runs: readonly { readonly start: number; readonly stop: number }[],
  channels: readonly number[],
  picked: StoredArray,
  rows: number,
): NdArray {
  if (runs.length === 1 && channels.every((channel, at) => channel === runs[0]!.start + at)) return answers[0]!;
  const result = blankArray(picked.dtype, [rows, ...picked.shape.slice(1)]);
  if (result.data.kind !== "fixed") throw new QueryError(`channels of ${picked.path} can be chosen of numbers only`);
  const inner = picked.shape.slice(2).reduce((product, size) => product * size, 1);
  const target = result.data.values as Float64Array;
  channels.forEach((channel, position) => {
    const at = runs.findIndex(({ start, stop }) => channel >= start && channel < stop);
    const { start, stop } = runs[at]!;
    const answer = answers[at]!.data as { readonly values: TypedArray };
    const source = answer.values as Float64Array;
    for (let row = 0; row < rows; row++) {
      const from = (row * (stop - start) + channel - start) * inner;
      target.set(source.subarray(from, from + inner), (row * channels.length + position) * inner);
    }
  });
  return result;
}
