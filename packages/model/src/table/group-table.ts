import { countRows, joinPath, type Link, type NdArray, type Node, normalizePath, textArray } from "@lazynwb/core";
import type { Attributes } from "../attributes.ts";
import type { ColumnType } from "../column-type.ts";
import { DATE_FIELDS, datesOf } from "../metadata/dates.ts";
import { LIST_FIELDS, SCALAR_FIELDS } from "../metadata/declared-fields.ts";
import { columnTypeOf, guessedBytes, type StoredArray, storedArray, unfoldDType } from "../stored-array.ts";
import { noRows } from "../values/empty.ts";
import { asListRow, asRow } from "../values/shape.ts";
import type { WarningLog } from "../warning-log.ts";
import { columnMetadata } from "./column-metadata.ts";
import { computedSource, mappedSource, wholeArraySource } from "./column-source.ts";
import type { PlannedColumn } from "./read-columns.ts";

/** A group as its headers tell. */
export interface GroupParts {
  readonly path: string;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  /** The children that could be described, by name. */
  readonly children: ReadonlyMap<string, Node>;
}

export interface GroupOptions {
  /** Whether the fields are those that the core schema declares for a session or a subject. */
  readonly declared?: boolean | undefined;
}

/** Attributes that say what an object is, not what it holds. */
const STRUCTURAL: ReadonlySet<string> = new Set(["neurodata_type", "data_type", "namespace", "object_id", ".specloc"]);

const TIMESTAMP: ColumnType = { kind: "timestamp" };

/** The columns of one dataset: its value, for dates the text as it was written too, and its attributes. */
export function datasetColumns(name: string, node: Node, options: GroupOptions, log: WarningLog): PlannedColumn[] {
  if (node.kind !== "array") return [];
  const array = storedArray(node);
  const single =
    options.declared === true && SCALAR_FIELDS.has(name) && array.shape.length === 1 && array.shape[0] === 1;
  const listed = options.declared === true && LIST_FIELDS.has(name);
  if (array.shape.length > 1) return [];
  const value = (array.shape.length === 0 || single) && !listed ? valueColumn(name, array) : listColumn(name, array);
  const attributes = attributeColumns(node.attributes, `${name}__`);
  const isDate = options.declared === true && DATE_FIELDS.has(name) && array.dtype.kind === "text";
  return isDate
    ? [dateColumn(value, array.path, log), renamed(value, `${name}_text`), ...attributes]
    : [value, ...attributes];
}

function valueColumn(name: string, array: StoredArray): PlannedColumn {
  const type = columnTypeOf(array.dtype, []);
  const column = {
    name,
    type,
    metadata: columnMetadata(array),
    rowBytes: guessedBytes(array.dtype),
    stored: array.dtype,
  };
  return { column, source: wholeArraySource(array, asRow), stored: array.dtype };
}

function listColumn(name: string, array: StoredArray): PlannedColumn {
  const type: ColumnType = { kind: "list", item: columnTypeOf(array.dtype, []) };
  const rowBytes = 4 + (array.shape[0] ?? 1) * guessedBytes(array.dtype);
  const column = { name, type, metadata: columnMetadata(array), rowBytes, stored: array.dtype };
  return { column, source: wholeArraySource(array, asListRow), stored: array.dtype };
}

function renamed(planned: PlannedColumn, name: string): PlannedColumn {
  return { ...planned, column: { ...planned.column, name } };
}

function dateColumn({ column, source, stored }: PlannedColumn, path: string, log: WarningLog): PlannedColumn {
  const type: ColumnType = column.type.kind === "list" ? { kind: "list", item: TIMESTAMP } : TIMESTAMP;
  return { column: { ...column, type }, source: mappedSource(source, (texts) => datesOf(texts, path, log)), stored };
}

/** Scalar and one-dimensional attributes as columns of constants. */
export function attributeColumns(attributes: Attributes, prefix: string): PlannedColumn[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const { dtype, shape } = unfoldDType(value.dtype, value.shape);
    if (STRUCTURAL.has(name) || shape.length > 1) return [];
    const one = shape.length === 0 ? asRow(value) : asListRow(value);
    const item = columnTypeOf(dtype, []);
    return [constantColumn(`${prefix}${name}`, shape.length === 0 ? item : { kind: "list", item }, one)];
  });
}

/** A column whose only row is known from headers. */
function constantColumn(name: string, type: ColumnType, one: NdArray): PlannedColumn {
  const rowBytes = guessedBytes(one.dtype);
  const source = computedSource(1, rowBytes, (rows) => (countRows(rows) === 1 ? one : noRows(one)));
  return { column: { name, type, metadata: {}, rowBytes }, source, stored: one.dtype };
}

function linkColumns({ links, path }: GroupParts): PlannedColumn[] {
  return links.flatMap((link) => {
    if (link.type === "hard") return [];
    const target = normalizePath(link.target.startsWith("/") ? link.target : joinPath(path, link.target));
    const text = link.type === "external" ? `${link.file}:${target}` : target;
    const planned = constantColumn(link.name, { kind: "text" }, textArray([text]));
    return [{ ...planned, column: { ...planned.column, metadata: { "lazynwb.reference": "link" } } }];
  });
}

/**
 * The columns of a group as a table of one row: its scalar and one-dimensional datasets, each with its attributes as
 * `<dataset>__<attribute>`, its own attributes, and its links as paths. I/O: none.
 */
export function planGroupTable(parts: GroupParts, options: GroupOptions, log: WarningLog): PlannedColumn[] {
  const datasets = parts.links
    .filter((link) => link.type === "hard")
    .flatMap(({ name }) => {
      const node = parts.children.get(name);
      return node === undefined ? [] : datasetColumns(name, node, options, log);
    });
  return [...datasets, ...attributeColumns(parts.attributes, ""), ...linkColumns(parts)];
}
