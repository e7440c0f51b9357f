import { QueryError } from "@lazynwb/core";
import type { ScanQuery } from "../scan-request.ts";
import type { ScanSchema } from "./scan-schema.ts";

/**
 * Checks a query against the columns that there are, before anything is read.
 *
 * @throws UnknownColumnError, QueryError.
 */
export function checkQuery(query: ScanQuery, schema: ScanSchema): void {
  schema.select(query.columns);
  for (const predicate of query.predicates) schema.select(predicate.columns);
  checkCount("offset", query.offset);
  checkCount("limit", query.limit);
}

/** @throws QueryError where it is no whole number of at least 0. */
export function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
    throw new QueryError(`${name} must be a whole number of at least 0, not ${value}`);
}
