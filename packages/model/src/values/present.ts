import type { NdArray, Values } from "@lazynwb/core";
import type { ColumnType } from "../column-type.ts";
import { isTimeSeriesReference } from "../stored-array.ts";
import { isValidAt, validityWhere, withValidity } from "./bitmap.ts";
import { type ReferencePaths, referencesAsText } from "./references.ts";
import { flattenRows, trailingAsList, unflattenRows } from "./shape.ts";
import { withValidText } from "./valid-text.ts";

type Struct = Extract<Values, { kind: "struct" }>;

const NO_PATHS: ReferencePaths = new Map();

/**
 * Stored values as the column type that `columnTypeOf` gave: references become paths, enums codes of their dictionary,
 * time series references null where they point nowhere, bytes of text that are no UTF-8 U+FFFD. All else passes as it is,
 * without a copy.
 *
 * @param array - shape [rows, ...].
 * @param paths - the targets of all its references.
 * @param onReplaced - called where text was no UTF-8.
 */
export function presentValues(
  array: NdArray,
  type: ColumnType,
  paths: ReferencePaths = NO_PATHS,
  onReplaced?: () => void,
): NdArray {
  return presentValid(withValidText(array, onReplaced), type, paths);
}

function presentValid(array: NdArray, type: ColumnType, paths: ReferencePaths): NdArray {
  if (isPlain(array)) return array;
  if (array.shape.length > 1) {
    if (type.kind === "list") return presentItems(trailingAsList(array), type.item, paths);
    if (type.kind === "fixed-list")
      return unflattenRows(presentValid(flattenRows(array), type.item, paths), array.shape[0]!, array.shape[1]!);
  }
  const { data, dtype } = array;
  if (data.kind === "reference") return referencesAsText(array, paths);
  if (data.kind === "list" && type.kind === "list") return presentItems(array, type.item, paths);
  if (data.kind === "struct" && type.kind === "struct") return presentStruct(array, data, type, paths);
  if (dtype.kind === "enum" && data.kind === "fixed") return enumAsDictionary(array, dtype.values, data.values);
  return array;
}

/** Whether values are already as columns have them. */
function isPlain({ dtype, data }: NdArray): boolean {
  if (data.kind === "list") return isPlain(data.values);
  if (data.kind === "struct") return !isTimeSeriesReference(dtype) && Object.values(data.fields).every(isPlain);
  return dtype.kind !== "enum" && data.kind !== "reference";
}

function presentItems(array: NdArray, item: ColumnType, paths: ReferencePaths): NdArray {
  const data = array.data as Extract<Values, { kind: "list" }>;
  const values = presentValid(data.values, item, paths);
  return { ...array, dtype: { kind: "list", item: values.dtype }, data: { ...data, values } };
}

function presentStruct(
  array: NdArray,
  data: Struct,
  type: Extract<ColumnType, { kind: "struct" }>,
  paths: ReferencePaths,
): NdArray {
  const fields = type.fields.map(
    (field) => [field.name, presentValid(data.fields[field.name]!, field.type, paths)] as const,
  );
  const dtype = { kind: "struct" as const, fields: fields.map(([name, values]) => ({ name, dtype: values.dtype })) };
  const validity = isTimeSeriesReference(array.dtype) ? pointsSomewhere(array, data) : array.validity;
  return {
    dtype,
    shape: array.shape,
    data: { kind: "struct", fields: Object.fromEntries(fields) },
    ...withValidity(validity),
  };
}

/** A time series reference whose start and count are both -1 stands for no data. */
function pointsSomewhere(array: NdArray, { fields }: Struct): Uint8Array | undefined {
  const numbers = (name: string) => (fields[name]!.data as Extract<Values, { kind: "fixed" }>).values;
  const [starts, counts] = [numbers("idx_start"), numbers("count")];
  return validityWhere(
    array.shape[0]!,
    (row) => isValidAt(array.validity, row) && !(Number(starts[row]) === -1 && Number(counts[row]) === -1),
  );
}

function enumAsDictionary(array: NdArray, codes: readonly bigint[], values: ArrayLike<number | bigint>): NdArray {
  const positions = new Map(codes.map((code, at) => [Number(code), at]));
  const found = new Int32Array(values.length);
  for (let at = 0; at < found.length; at++) found[at] = positions.get(Number(values[at])) ?? -1;
  const validity = validityWhere(found.length, (at) => found[at]! >= 0 && isValidAt(array.validity, at));
  for (let at = 0; at < found.length; at++) if (found[at]! < 0) found[at] = 0;
  return {
    dtype: { kind: "int", bits: 32, signed: true },
    shape: array.shape,
    data: { kind: "fixed", values: found },
    ...withValidity(validity),
  };
}
