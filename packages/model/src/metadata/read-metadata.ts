import {
  type ArrayNode,
  type CallOptions,
  elementCount,
  isLazyNwbError,
  joinPath,
  type NdArray,
  type Node,
  type ReportOptions,
  stringsOf,
  textArray,
  type Warning,
} from "@lazynwb/core";
import { attributeOf } from "../attributes.ts";
import type { ColumnType } from "../column-type.ts";
import { describeAll, errorText } from "../discovery/describe-all.ts";
import type { MergedColumn } from "../merged-schema.ts";
import type { NwbFile } from "../nwb-file.ts";
import { convertValues } from "../schema/convert-values.ts";
import { columnTypeOf, storedArray } from "../stored-array.ts";
import { nullValues } from "../values/empty.ts";
import { presentValues } from "../values/present.ts";
import { asListRow, asRow } from "../values/shape.ts";
import { WarningLog } from "../warning-log.ts";
import { DATE_FIELDS, datesOf } from "./dates.ts";
import { LIST_FIELDS } from "./declared-fields.ts";

const GENERAL_FIELDS =
  "session_id session_description experiment_description experimenter lab institution related_publications keywords notes " +
  "data_collection surgery pharmacology virus source_script source_script_file_name";

const SUBJECT_FIELDS = "age age__reference description genotype sex species subject_id weight strain date_of_birth";

const ROOT_NAMES: ReadonlySet<string> = new Set([
  "identifier",
  "session_start_time",
  "session_description",
  "file_create_date",
  "timestamps_reference_time",
]);

/** Where a column of the metadata is stored: a dataset, or an attribute of one. */
interface Field {
  readonly name: string;
  readonly path: string;
  readonly attribute?: string;
}

function fieldOf(name: string, folder: string): Field {
  if (name === "source_script_file_name") return { name, path: "/general/source_script", attribute: "file_name" };
  if (name === "age__reference") return { name, path: "/general/subject/age", attribute: "reference" };
  if (name === "nwb_version") return { name, path: "/", attribute: "nwb_version" };
  return { name, path: joinPath(ROOT_NAMES.has(name) ? "/" : folder, name) };
}

const FIELDS: readonly Field[] = [
  ...`identifier session_start_time ${GENERAL_FIELDS}`.split(" ").map((name) => fieldOf(name, "/general")),
  ...SUBJECT_FIELDS.split(" ").map((name) => fieldOf(name, "/general/subject")),
  ...["file_create_date", "timestamps_reference_time", "nwb_version"].map((name) => fieldOf(name, "/")),
];

function typeOf(name: string): ColumnType {
  const item: ColumnType = { kind: DATE_FIELDS.has(name) ? "timestamp" : "text" };
  return LIST_FIELDS.has(name) ? { kind: "list", item } : item;
}

/**
 * The columns of the metadata of files, in this order: the 28 of the Python package, `_nwb_path` the last of them, then
 * `file_create_date`, `timestamps_reference_time` and `nwb_version`. The same for every file: text, dates as Timestamp, and
 * lists for what the core schema declares as lists.
 */
export const metadataColumns: readonly MergedColumn[] = Object.freeze(
  FIELDS.flatMap(({ name }): MergedColumn[] => {
    const column = { name, type: typeOf(name), metadata: {} };
    return name === "date_of_birth" ? [column, { name: "_nwb_path", type: { kind: "text" }, metadata: {} }] : [column];
  }),
);

/** The metadata of one file. */
export interface FileMetadata {
  /** One array of one row for each of `metadataColumns`, in their order. */
  readonly values: readonly NdArray[];
  readonly warnings: readonly Warning[];
}

/** What is stored, brought to the one type that the column has in every file. */
function fieldValue({ name, path }: Field, stored: NdArray, log: WarningLog): NdArray {
  const type = typeOf(name);
  const texts = textsOf(stored, () =>
    log.warn("TEXT_NOT_UTF8", path, `${path} has text that is no UTF-8; what is none is shown as U+FFFD`),
  );
  const isDate = DATE_FIELDS.has(name);
  if (type.kind === "list") return isDate ? datesOf(asListRow(texts), path, log) : asListRow(texts);
  const count = elementCount(texts.shape);
  if (count === 0) return nullValues(type, 1);
  if (count > 1)
    log.warn("METADATA_SHAPE", path, `${path} holds ${count} values where one is declared; they are joined`);
  const one = count > 1 ? textArray([stringsOf(texts).join(", ")]) : { ...asRow(texts), shape: [1] };
  return isDate ? datesOf(one, path, log) : one;
}

/** All elements as text, in one axis; a scalar stays one. */
function textsOf(stored: NdArray, onReplaced: () => void): NdArray {
  const flat = { ...stored, shape: stored.shape.length === 0 ? [] : [elementCount(stored.shape)] };
  const row = asRow(flat);
  const type = columnTypeOf(row.dtype, []);
  const shown = convertValues(presentValues(row, type, undefined, onReplaced), type, { kind: "text" });
  return stored.shape.length === 0 ? { ...shown, shape: [] } : shown;
}

/** A field that is broken is null; bytes that cannot be had fail the file. */
const DAMAGED = ["FORMAT", "TRUNCATED_FILE", "CORRUPT_CHUNK", "UNSUPPORTED", "LIMIT"] as const;

function isReadable(node: Node | null | undefined): node is ArrayNode {
  return node?.kind === "array" && storedArray(node).dtype.kind !== "reference";
}

/**
 * The metadata of a file as one row: `/general`, the subject and the fields of the root, described together and read
 * together. A field that is absent is null.
 *
 * @remarks I/O: two rounds of the hierarchy: headers, then values.
 * @example const { values } = await readMetadata(file)
 */
export async function readMetadata(file: NwbFile, options: CallOptions & ReportOptions = {}): Promise<FileMetadata> {
  const log = new WarningLog(file.id, options.onWarning);
  const values = await file.use(async (hierarchy) => {
    const paths = [...new Set(FIELDS.map(({ path }) => path))];
    const unreadable = (path: string, error: unknown) =>
      log.warn("FIELD_UNREADABLE", path, `${path} cannot be read: ${errorText(error)}`);
    const nodes = await describeAll(hierarchy, paths, options, ({ path, error }) => unreadable(path, error));
    const nodeOf = new Map(paths.map((path, at) => [path, nodes[at]]));
    const wanted = FIELDS.filter(({ path, attribute }) => attribute === undefined && isReadable(nodeOf.get(path)));
    const read = hierarchy.read(
      wanted.map(({ path }) => ({ path, selection: { rows: "all" } })),
      options,
    );
    const settled = await Promise.allSettled(read);
    const arrays = new Map<string, NdArray>();
    settled.forEach((result, at) => {
      const { name, path } = wanted[at]!;
      if (result.status === "fulfilled") arrays.set(name, result.value);
      else if (isLazyNwbError(result.reason, ...DAMAGED)) unreadable(path, result.reason);
      else throw result.reason;
    });
    return FIELDS.flatMap((field) => {
      const attributes = nodeOf.get(field.path)?.attributes ?? {};
      const stored = field.attribute === undefined ? arrays.get(field.name) : attributeOf(attributes, field.attribute);
      const value = stored === undefined ? nullValues(typeOf(field.name), 1) : fieldValue(field, stored, log);
      return field.name === "date_of_birth" ? [value, textArray([file.id])] : [value];
    });
  }, options);
  return { values, warnings: log.warnings };
}
