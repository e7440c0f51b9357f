export type * from "./column-type.ts";
export * from "./merged-schema.ts";
export type * from "./nwb-file.ts";
export type * from "./nwb-table.ts";
