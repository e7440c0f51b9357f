import {
  type Data,
  DataType,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Uint8,
} from "apache-arrow";

/**
 * The type that nodejs-polars can hand to JavaScript in place of one that it cannot: Float16 becomes Float32, bytes of a
 * fixed number become a fixed-size list of UInt8, fixed-size lists of size 0 become lists. Others stay, the same object.
 */
function widenType(type: DataType): DataType {
  if (DataType.isFloat(type) && type.precision === 0) return new Float32();
  if (DataType.isFixedSizeBinary(type)) return new FixedSizeList(type.byteWidth, new Field("item", new Uint8(), false));
  if (DataType.isList(type)) {
    const item = widenField(type.children[0]!);
    return item === type.children[0] ? type : new List(item);
  }
  if (DataType.isFixedSizeList(type)) {
    const item = widenField(type.children[0]!);
    if (type.listSize === 0) return new List(item);
    return item === type.children[0] ? type : new FixedSizeList(type.listSize, item);
  }
  if (DataType.isStruct(type)) {
    const fields = type.children.map(widenField);
    return fields.every((field, at) => field === type.children[at]) ? type : new Struct(fields);
  }
  return type;
}

function widenField(field: Field): Field {
  const type = widenType(field.type);
  return type === field.type ? field : new Field(field.name, type, field.nullable, field.metadata);
}

/** The schema with every type widened; the same object where none is. */
export function widenSchema(schema: Schema): Schema {
  const fields = schema.fields.map(widenField);
  return fields.every((field, at) => field === schema.fields[at]) ? schema : new Schema(fields, schema.metadata);
}

/** The batch with the columns of `schema`, which is its own schema widened. Columns that need no widening are not copied. */
export function widenBatch(batch: RecordBatch, schema: Schema): RecordBatch {
  if (schema.fields.every((field, at) => field.type === batch.schema.fields[at]?.type)) return batch;
  const children = batch.data.children.map((data, at) => widenData(data, schema.fields[at]!.type));
  const data = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children });
  return new RecordBatch(schema, data);
}

function widenData(data: Data, type: DataType): Data {
  if (type === data.type || widenType(data.type) === data.type) return data;
  const bitmap = { offset: data.offset, length: data.length, nullCount: data.nullCount, nullBitmap: data.nullBitmap };
  if (DataType.isFloat(data.type)) return makeData({ ...bitmap, type: new Float32(), data: halfFloats(data.values) });
  if (data.type instanceof FixedSizeBinary) {
    const child = makeData({
      type: new Uint8(),
      length: data.length * data.type.byteWidth,
      nullCount: 0,
      data: data.values,
    });
    return makeData({ ...bitmap, type: type as FixedSizeList, child });
  }
  const children = data.children.map((child, at) => widenData(child, type.children[at]!.type));
  if (DataType.isFixedSizeList(data.type) && DataType.isList(type)) {
    const valueOffsets = new Int32Array(data.length + 1);
    return makeData({ ...bitmap, type, valueOffsets, child: children[0]! });
  }
  return data.clone(type, data.offset, data.length, data.nullCount, undefined, children);
}

let halfTable: Float32Array | undefined;

/** Float32 of stored half floats: each of the 65,536 is worked out once. */
function halfFloats(halves: Uint16Array): Float32Array {
  halfTable ??= Float32Array.from({ length: 0x10000 }, (_, bits) => halfFloat(bits));
  const table = halfTable;
  const floats = new Float32Array(halves.length);
  for (let at = 0; at < halves.length; at++) floats[at] = table[halves[at]!]!;
  return floats;
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
