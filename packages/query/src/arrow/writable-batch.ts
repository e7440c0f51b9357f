import { type Data, DataType, makeData, RecordBatch, Uint8 } from "apache-arrow/Arrow";

/**
 * The same batch, such that Arrow's IPC writer writes what every reader accepts.
 *
 * For booleans of which every one is null that writer leaves the values' buffer out, which polars refuses to read
 * ("InvalidBitmap"). Such columns are handed to it as bytes, whose buffers lie the same way: the schema, written apart, still
 * says Bool.
 */
export function writableBatch(batch: RecordBatch): RecordBatch {
  const children = batch.data.children.map(writableData);
  if (children.every((child, at) => child === batch.data.children[at])) return batch;
  const data = makeData({ type: batch.data.type, length: batch.numRows, nullCount: 0, children });
  return new RecordBatch(batch.schema, data);
}

function writableData(data: Data): Data {
  const { type, length } = data;
  if (DataType.isBool(type)) return data.nullCount >= length && length > 0 ? asBytes(data) : data;
  if (data.children.length === 0 || !holdsBool(type)) return data;
  if (DataType.isList(type)) {
    const first = data.valueOffsets[0]!;
    const items = data.children[0]!.slice(first, data.valueOffsets[length]! - first);
    const child = writableData(items);
    if (child === items) return data;
    return makeData({
      type,
      length,
      nullCount: data.nullCount,
      nullBitmap: data.nullBitmap,
      offset: data.offset,
      valueOffsets: data.valueOffsets.subarray(0, length + 1).map((offset: number) => offset - first),
      child,
    });
  }
  const children = data.children.map(writableData);
  return children.every((child, at) => child === data.children[at])
    ? data
    : data.clone(type, data.offset, length, data.nullCount, undefined, children);
}

function holdsBool(type: DataType): boolean {
  return DataType.isBool(type) || (type.children ?? []).some((field) => holdsBool(field.type));
}

/** As many bytes as there are bits, and more: readers take what they need. */
function asBytes(data: Data): Data {
  return makeData({
    type: new Uint8(),
    length: data.length,
    nullCount: data.length,
    nullBitmap: new Uint8Array((data.length + 7) >> 3),
    data: new Uint8Array(data.length),
  });
}
