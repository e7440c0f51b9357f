import type { DataFrame } from "nodejs-polars";
import { expect } from "vitest";

/** Whether two frames hold the same columns of the same types with the same values, NaN and null told apart. */
export function expectSameFrame(ours: DataFrame, theirs: DataFrame, unordered = false): void {
  expect(namesAndTypes(ours)).toEqual(namesAndTypes(theirs));
  const [left, right] = unordered ? [ours.sort(ours.columns), theirs.sort(theirs.columns)] : [ours, theirs];
  const same = left.frameEqual(right, true);
  expect(same ? "same" : `ours:\n${left}\ntheirs:\n${right}`).toBe("same");
}

function namesAndTypes(frame: DataFrame): readonly string[] {
  return frame.dtypes.map((type, at) => `${frame.columns[at]}: ${type}`);
}
