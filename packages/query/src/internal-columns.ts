import { INTERNAL_COLUMNS, type MergedColumn } from "@lazynwb/model";

export const [NWB_PATH, TABLE_PATH, TABLE_INDEX] = INTERNAL_COLUMNS;

const names: ReadonlySet<string> = new Set(INTERNAL_COLUMNS);

/** Whether a column is one that every scan adds: it costs no I/O. */
export function isInternalColumn(name: string): boolean {
  return names.has(name);
}

/** The internal columns as columns of a schema. */
export const INTERNAL_SCHEMA: readonly MergedColumn[] = Object.freeze([
  { name: NWB_PATH, type: { kind: "text" }, metadata: {} },
  { name: TABLE_PATH, type: { kind: "text" }, metadata: {} },
  { name: TABLE_INDEX, type: { kind: "int", bits: 32, signed: false }, metadata: {} },
]);
