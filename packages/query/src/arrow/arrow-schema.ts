import type { ColumnType, MergedColumn } from "@lazynwb/model";
import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  Int32,
  List,
  Null,
  Precision,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow/Arrow";
import { isInternalColumn } from "../internal-columns.ts";

/** The Arrow schema of a scan, and the one dictionary that each of its dictionary columns has. */
export interface ArrowLayout {
  readonly schema: Schema;
  /** By the very type object that stands in the schema's fields. */
  readonly dictionaries: ReadonlyMap<DataType, Vector<Utf8>>;
}

/**
 * Arrow fields of a scan's columns, their metadata kept. Every stored column is nullable, as a file may lack it; the
 * internal ones are not.
 */
export function arrowLayout(columns: readonly MergedColumn[]): ArrowLayout {
  const dictionaries = new Map<DataType, Vector<Utf8>>();
  const fields = columns.map(
    ({ name, type, metadata }) =>
      new Field(name, arrowType(type, dictionaries), !isInternalColumn(name), new Map(Object.entries(metadata))),
  );
  return { schema: new Schema(fields), dictionaries };
}

/** The fields of `layout` that `names` lists, in that order. */
export function selectFields(schema: Schema, names: readonly string[]): Schema {
  const byName = new Map(schema.fields.map((field) => [field.name, field]));
  return new Schema(
    names.map((name) => byName.get(name)!),
    schema.metadata,
  );
}

function arrowType(type: ColumnType, dictionaries: Map<DataType, Vector<Utf8>>): DataType {
  switch (type.kind) {
    case "int":
      return new Int(type.signed, type.bits);
    case "float":
      return new Float({ 16: Precision.HALF, 32: Precision.SINGLE, 64: Precision.DOUBLE }[type.bits]);
    case "bool":
      return new Bool();
    case "text":
      return new Utf8();
    case "dictionary": {
      const dictionary = new Dictionary(new Utf8(), new Int32());
      dictionaries.set(dictionary, vectorFromArray(type.values, new Utf8()));
      return dictionary;
    }
    case "timestamp":
      return new TimestampMicrosecond("UTC");
    case "list":
      return new List(new Field("item", arrowType(type.item, dictionaries), true));
    case "fixed-list":
      return new FixedSizeList(type.size, new Field("item", arrowType(type.item, dictionaries), true));
    case "struct":
      return new Struct(type.fields.map((field) => new Field(field.name, arrowType(field.type, dictionaries), true)));
    case "binary":
      return new FixedSizeBinary(type.bytes);
    case "null":
      return new Null();
    default:
      return type satisfies never;
  }
}
