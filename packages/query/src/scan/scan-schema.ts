import { QueryError } from "@lazynwb/core";
import type { ColumnType, MergedColumn } from "@lazynwb/model";
import type { Schema } from "apache-arrow";
import { type ArrowLayout, arrowLayout, selectFields } from "../arrow/arrow-schema.ts";
import type { ColumnTypes } from "../expr/check-expr.ts";
import { unknownColumn } from "../expr/unknown-column.ts";

/** The columns that a scan gives, internal ones last. */
export class ScanSchema {
  readonly columns: readonly MergedColumn[];
  readonly layout: ArrowLayout;
  readonly types: ColumnTypes;

  constructor(columns: readonly MergedColumn[], layout: ArrowLayout = arrowLayout(columns)) {
    this.columns = Object.freeze([...columns]);
    this.layout = layout;
    this.types = new Map(columns.map(({ name, type }) => [name, type]));
  }

  /** The same as Arrow says it; field metadata holds description, unit and so on. */
  get arrowSchema(): Schema {
    return selectFields(this.layout.schema, this.names);
  }

  get names(): string[] {
    return this.columns.map(({ name }) => name);
  }

  typeOf(name: string): ColumnType {
    return this.types.get(name) ?? throwUnknown(name, this.names);
  }

  /**
   * These columns, in this order.
   *
   * @throws UnknownColumnError, and QueryError where one is named twice.
   */
  select(names: readonly string[]): ScanSchema {
    const byName = new Map(this.columns.map((column) => [column.name, column]));
    const seen = new Set<string>();
    const columns = names.map((name) => {
      if (seen.has(name)) throw new QueryError(`column '${name}' is named twice`);
      seen.add(name);
      return byName.get(name) ?? throwUnknown(name, this.names);
    });
    return new ScanSchema(columns, this.layout);
  }
}

function throwUnknown(name: string, available: readonly string[]): never {
  throw unknownColumn(name, available);
}
