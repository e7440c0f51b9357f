import {
  type Data,
  DataType,
  type Dictionary,
  type FixedSizeList,
  type Float,
  type List,
  makeData,
  type Struct,
  type Utf8,
  type Vector,
} from "apache-arrow";

/** `length` nulls of any type a scan may have: what a file that lacks the column gives. */
export function nullData(type: DataType, length: number, dictionaries: ReadonlyMap<DataType, Vector<Utf8>>): Data {
  if (DataType.isNull(type)) return makeData({ type, length });
  const nulls = { length, nullCount: length, nullBitmap: new Uint8Array((length + 7) >> 3) };
  if (DataType.isUtf8(type))
    return makeData({ type, ...nulls, valueOffsets: new Int32Array(length + 1), data: new Uint8Array(0) });
  if (DataType.isList(type)) {
    const list = type as List;
    const child = nullData(list.children[0]!.type, 0, dictionaries);
    return makeData({ type: list, ...nulls, valueOffsets: new Int32Array(length + 1), child });
  }
  if (DataType.isFixedSizeList(type)) {
    const list = type as FixedSizeList;
    return makeData({
      type: list,
      ...nulls,
      child: nullData(list.children[0]!.type, length * list.listSize, dictionaries),
    });
  }
  if (DataType.isStruct(type)) {
    const struct = type as Struct;
    return makeData({
      type: struct,
      ...nulls,
      children: struct.children.map((field) => nullData(field.type, length, dictionaries)),
    });
  }
  if (DataType.isDictionary(type)) {
    const dictionary = dictionaries.get(type);
    return makeData({
      type: type as Dictionary,
      ...nulls,
      data: new Int32Array(length),
      ...(dictionary !== undefined && { dictionary }),
    });
  }
  if (DataType.isBool(type)) return makeData({ type, ...nulls, data: new Uint8Array((length + 7) >> 3) });
  const width = DataType.isFixedSizeBinary(type) ? type.byteWidth : 1;
  return makeData({ type: type as Float, ...nulls, data: new type.ArrayType(length * width) });
}
