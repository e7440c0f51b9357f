export type * from "./column-type.ts";
export { columnTypeEquals, columnTypeName } from "./column-type-name.ts";
export { findTables, missingTable } from "./discovery/find-tables.ts";
export * from "./merged-schema.ts";
export type * from "./nwb-file.ts";
export type * from "./nwb-table.ts";
export { openTable, openTables } from "./table/open-table.ts";
export { nullValues, valueDType } from "./values/empty.ts";
