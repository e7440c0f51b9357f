import {
  type Bool,
  type Data,
  DataType,
  Field,
  FixedSizeList,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Uint8,
} from "apache-arrow";

/**
 * Positions of columns with booleans that are null throughout a batch, nested ones included. apache-arrow leaves the values
 * of these out when it writes them, which polars refuses to read (apache-arrow 21.1, nodejs-polars 0.26.1).
 */
export function unwritableBools(schema: Schema, batches: readonly RecordBatch[]): readonly number[] {
  const columns = [...schema.fields.keys()].filter((at) => hasBool(schema.fields[at]!.type));
  return columns.filter((at) => batches.some((batch) => isNullThroughout(batch.data.children[at]!)));
}

function hasBool(type: DataType): boolean {
  return DataType.isBool(type) || (type.children ?? []).some((field: Field) => hasBool(field.type));
}

function isNullThroughout(data: Data): boolean {
  if (DataType.isBool(data.type)) return data.length > 0 && data.nullCount >= data.length;
  return data.children.some(isNullThroughout);
}

/** A type with a byte, 0 or 1, in place of each boolean. */
export function withBytes(type: DataType): DataType {
  if (DataType.isBool(type)) return new Uint8();
  if (!hasBool(type)) return type;
  const children = type.children.map(
    (field: Field) => new Field(field.name, withBytes(field.type), field.nullable, field.metadata),
  );
  if (DataType.isList(type)) return new List(children[0]!);
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, children[0]!);
  return DataType.isStruct(type) ? new Struct(children) : type;
}

/** The schema with bytes in place of booleans in some columns. */
export function schemaWithBytes(schema: Schema, columns: readonly number[]): Schema {
  const changed = new Set(columns);
  return new Schema(
    schema.fields.map((field, at) =>
      changed.has(at) ? new Field(field.name, withBytes(field.type), field.nullable, field.metadata) : field,
    ),
    schema.metadata,
  );
}

/** The batch with columns as `schema` has them. */
export function batchWithBytes(batch: RecordBatch, schema: Schema): RecordBatch {
  const children = batch.data.children.map((data, at) => dataWithBytes(data, schema.fields[at]!.type));
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children }),
  );
}

function dataWithBytes(data: Data, type: DataType): Data {
  if (!hasBool(data.type)) return data;
  if (!DataType.isBool(data.type)) {
    const children = data.children.map((child, at) => dataWithBytes(child, type.children[at]!.type));
    return data.clone(type, data.offset, data.length, data.nullCount, undefined, children);
  }
  const { offset, length, nullCount, nullBitmap } = data as Data<Bool>;
  const bits: Uint8Array = data.values;
  const bytes = Uint8Array.from({ length }, (_, at) => ((bits[(offset + at) >> 3] ?? 0) >> ((offset + at) & 7)) & 1);
  return makeData({ type: new Uint8(), offset, length, nullCount, nullBitmap, data: bytes });
}
