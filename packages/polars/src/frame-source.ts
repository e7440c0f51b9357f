import type { ScanStats } from "@lazynwb/query";
import { Schema } from "apache-arrow";
import { frameOf } from "./data-frame.ts";
import type { FrameScan } from "./frame-scan.ts";
import type { DataFrame, Expr, LazyDataFrame, Polars } from "./polars-module.ts";
import { widenSchema } from "./widen.ts";

/** A scan as the frames made from it see it: its columns with their polars types, and what its last run cost. */
export class FrameSource {
  readonly polars: Polars;
  readonly scan: FrameScan;
  readonly columns: readonly string[];
  /** A frame of its columns without a row. */
  readonly empty: DataFrame;
  readonly #marked: Map<string, LazyDataFrame> = new Map();
  // Making an expression takes nodejs-polars half a millisecond.
  #inOrder: Expr | undefined;
  /** What the last finished `collect()` that read it cost. */
  lastRun: ScanStats | undefined;

  constructor(polars: Polars, scan: FrameScan) {
    this.polars = polars;
    this.scan = scan;
    this.columns = scan.arrowSchema.fields.map((field) => field.name);
    this.empty = frameOf(polars, widenSchema(scan.arrowSchema), []);
  }

  /** The Arrow schema of some of the columns, in the order given. */
  schemaOf(columns: readonly string[]): Schema {
    const fields = new Map(this.scan.arrowSchema.fields.map((field) => [field.name, field]));
    return new Schema(columns.map((column) => fields.get(column)!));
  }

  /** A column to count rows by where no column is wanted: one that costs no I/O, else the narrowest. */
  get counting(): string {
    if (this.columns.includes("_table_index")) return "_table_index";
    const internal = this.columns.find((column) => column === "_nwb_path" || column === "_table_path");
    // Not `schema`: nodejs-polars makes a Series for each column there, at half a megabyte of closures apiece.
    const plain = () => this.columns[this.empty.dtypes.findIndex((type) => !/[[(]/.test(String(type)))];
    return internal ?? plain() ?? this.columns[0]!;
  }

  /** The frame without rows, its columns renamed from `<prefix><position>`. */
  marked(prefix: string): LazyDataFrame {
    let marked = this.#marked.get(prefix);
    if (marked === undefined) {
      const names = this.columns.map((column, at) => [column, `${prefix}${at}`] as const);
      const renamed = this.empty.rename(Object.fromEntries(names));
      marked = renamed.lazy().rename(Object.fromEntries(names.map(([column, name]) => [name, column])));
      this.#marked.set(prefix, marked);
    }
    return marked;
  }

  /**
   * Some of the columns as if they were all: the others are there, of the right type, and null. A chain that does not need
   * them gives the same answer over it, names and positions of columns resolve as over the whole, and polars makes no value
   * of them.
   */
  complete(part: DataFrame): LazyDataFrame {
    // An expression for each absent column would do the same, at half a megabyte of closures apiece in nodejs-polars.
    const lazy =
      part.width === this.columns.length
        ? part.lazy()
        : this.polars.concat([part.lazy(), this.empty.lazy()], { how: "diagonal" });
    this.#inOrder ??= this.polars.col([...this.columns]);
    return lazy.select(this.#inOrder);
  }
}
