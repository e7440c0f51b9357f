import { QueryError } from "@lazynwb/core";
import type { Data, Schema } from "apache-arrow";
import { selectFields } from "../arrow/arrow-schema.ts";
import { batchOf } from "../arrow/record-batch.ts";
import type { RowPredicate } from "../row-predicate.ts";

/**
 * The rows that all predicates keep: one byte a row, 1 where it is kept.
 *
 * @param columnData - the values of a column that a predicate looks at.
 * @throws QueryError where a predicate answers for another number of rows than it was asked for.
 */
export async function evaluatePredicates(
  predicates: readonly RowPredicate[],
  schema: Schema,
  rows: number,
  columnData: (name: string) => Data,
): Promise<Uint8Array> {
  let kept: Uint8Array | undefined;
  for (const predicate of predicates) {
    const batch = batchOf(selectFields(schema, predicate.columns), predicate.columns.map(columnData), rows);
    const answer = await predicate.keep(batch);
    if (answer.length !== rows)
      throw new QueryError(`the predicate ${predicate} answered for ${answer.length} of ${rows} rows`);
    kept = kept === undefined ? answer : bothKept(kept, answer);
    if (!kept.includes(1)) break;
  }
  return kept ?? new Uint8Array(rows).fill(1);
}

function bothKept(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length);
  for (let row = 0; row < both.length; row++) both[row] = left[row]! & right[row]!;
  return both;
}
