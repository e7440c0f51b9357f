import { DataType, type Field, Precision } from "apache-arrow/Arrow";

const FLOAT_BITS: Readonly<Record<number, number>> = {
  [Precision.HALF]: 16,
  [Precision.SINGLE]: 32,
  [Precision.DOUBLE]: 64,
};

/**
 * The name of a column's type as users of the command see it.
 *
 * @example typeName(new List(new Field("item", new Float64()))) // "list<float64>"
 */
export function typeName(type: DataType): string {
  if (DataType.isInt(type)) return `${type.isSigned ? "int" : "uint"}${type.bitWidth}`;
  if (DataType.isFloat(type)) return `float${FLOAT_BITS[type.precision]}`;
  if (DataType.isBool(type)) return "bool";
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return "text";
  if (DataType.isDictionary(type)) return `category<${typeName(type.dictionary)}>`;
  if (DataType.isTimestamp(type)) return "timestamp";
  if (DataType.isList(type)) return `list<${typeName(type.valueType)}>`;
  if (DataType.isFixedSizeList(type)) return fixedName(type, []);
  if (DataType.isStruct(type)) return `struct<${type.children.map(fieldName).join(", ")}>`;
  if (DataType.isFixedSizeBinary(type)) return `binary[${type.byteWidth}]`;
  return DataType.isNull(type) ? "null" : String(type).toLowerCase();
}

/** Stored axes in stored order: 82 samples on 4 channels are `float32[82, 4]`. */
function fixedName(type: DataType, sizes: readonly number[]): string {
  return DataType.isFixedSizeList(type)
    ? fixedName(type.valueType, [...sizes, type.listSize])
    : `${typeName(type)}[${sizes.join(", ")}]`;
}

function fieldName(field: Field): string {
  return `${field.name}: ${typeName(field.type)}`;
}
