import type { LazyDataFrame } from "nodejs-polars";
import type { NwbLazyFrame, Polars } from "../../src/index.ts";

/** A chain runs on a lazy frame of ours and on one of polars. */
export type ChainFrame = NwbLazyFrame & LazyDataFrame;

export interface Chain {
  readonly name: string;
  readonly run: (frame: ChainFrame, pl: Polars) => unknown;
  /** Columns that it needs, each once; `*` for all. */
  readonly columns: string;
  /** What is asked of the source: filters, a limit. Default nothing. */
  readonly pushed?: { readonly filters?: number; readonly limit?: number; readonly offset?: number };
  /** Rows come in no fixed order. */
  readonly unordered?: boolean;
}

/** Makes a chain. */
export const chain = (
  name: string,
  columns: string,
  run: Chain["run"],
  pushed?: Chain["pushed"],
  unordered = false,
): Chain => ({ name, columns, run, unordered, ...(pushed === undefined ? {} : { pushed }) });

export const filters = (number: number) => ({ filters: number });
