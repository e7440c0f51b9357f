import type { CallOptions, NdArray, NotFoundError } from "@lazynwb/core";
import {
  type ColumnType,
  type ConvertOptions,
  convertValues,
  type MergedSchema,
  type MergeOptions,
  mergeSchemas,
  missingTable,
  type NwbFile,
  type NwbTable,
  openTables,
  type TableOptions,
  type TableSelector,
} from "@lazynwb/model";

/** What a scan needs of model; tests count what it asks for. */
export interface ModelParts {
  openTables(file: NwbFile, selector: TableSelector, options: TableOptions): Promise<readonly NwbTable[]>;
  missingTable(file: NwbFile, selector: TableSelector, options: CallOptions): Promise<NotFoundError>;
  mergeSchemas(tables: readonly NwbTable[], options: MergeOptions): MergedSchema;
  convertValues(array: NdArray, from: ColumnType, to: ColumnType, options: ConvertOptions): NdArray;
}

export const MODEL: ModelParts = { openTables, missingTable, mergeSchemas, convertValues };
