import { halfToNumber } from "@lazynwb/core";
import {
  type Data,
  DataType,
  Field,
  FixedSizeList,
  Float32,
  List,
  makeData,
  type RecordBatch,
  Schema,
  Struct,
} from "apache-arrow/Arrow";
import { batchOf } from "./record-batch.ts";

/** The schema with float32 where it has float16, inside of lists and structs too. */
export function widenSchema(schema: Schema): Schema {
  return new Schema(schema.fields.map(widenField), schema.metadata);
}

/** The batch as `widenSchema` of its schema says. Columns without float16 keep their buffers. */
export function widenBatch(batch: RecordBatch, schema: Schema): RecordBatch {
  const children = batch.data.children.map((data, at) => widenData(data, schema.fields[at]!.type));
  return batchOf(schema, children, batch.numRows);
}

function widenField(field: Field): Field {
  const type = widenType(field.type);
  return type === field.type ? field : new Field(field.name, type, field.nullable, field.metadata);
}

function isHalf(type: DataType): boolean {
  return DataType.isFloat(type) && type.ArrayType === Uint16Array;
}

/** The very same type object where nothing changes. */
function widenType(type: DataType): DataType {
  if (isHalf(type)) return new Float32();
  const children: Field[] = type.children ?? [];
  const widened = children.map(widenField);
  if (widened.every((field, at) => field === children[at])) return type;
  if (DataType.isList(type)) return new List(widened[0]!);
  if (DataType.isFixedSizeList(type)) return new FixedSizeList((type as FixedSizeList).listSize, widened[0]!);
  return DataType.isStruct(type) ? new Struct(widened) : type;
}

function widenData(data: Data, type: DataType): Data {
  if (data.type === type) return data;
  if (isHalf(data.type)) {
    const values = Float32Array.from(data.values as Uint16Array, halfToNumber);
    const { length, nullCount, nullBitmap, offset } = data;
    return makeData({ type: type as Float32, length, nullCount, nullBitmap, offset, data: values });
  }
  const children = data.children.map((child, at) => widenData(child, type.children[at]!.type));
  return data.clone(type, data.offset, data.length, data.nullCount, undefined, children);
}
