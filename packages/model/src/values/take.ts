import { elementCount, type NdArray, type TypedArray, type Values, validityOf } from "@lazynwb/core";
import { isValidAt } from "./bitmap.ts";
import { checkElements } from "./limit.ts";

/** Pieces of offsets at positions, and the positions of what is in them; an empty piece for -1. */
function takePieces(offsets: Int32Array, positions: Int32Array): { offsets: Int32Array; inner: Int32Array } {
  const taken = new Int32Array(positions.length + 1);
  let total = 0;
  for (let at = 0; at < positions.length; at++) {
    const from = positions[at]!;
    if (from >= 0) total += offsets[from + 1]! - offsets[from]!;
    checkElements(total, "elements");
    taken[at + 1] = total;
  }
  const inner = new Int32Array(total);
  let written = 0;
  for (const from of positions)
    if (from >= 0) for (let at = offsets[from]!; at < offsets[from + 1]!; at++) inner[written++] = at;
  return { offsets: taken, inner };
}

function takeTyped<Typed extends TypedArray>(values: Typed, positions: Int32Array, size: number): Typed {
  const taken = new (values.constructor as new (length: number) => Typed)(positions.length * size);
  for (let at = 0; at < positions.length; at++) {
    const from = positions[at]!;
    if (from < 0) continue;
    for (let offset = 0; offset < size; offset++) taken[at * size + offset] = values[from * size + offset]!;
  }
  return taken;
}

/** The elements of rows, for layouts that know elements only. */
function elementsOfRows(positions: Int32Array, size: number): Int32Array {
  if (size === 1) return positions;
  const elements = new Int32Array(positions.length * size);
  for (let at = 0; at < elements.length; at++) {
    const from = positions[Math.floor(at / size)]!;
    elements[at] = from < 0 ? -1 : from * size + (at % size);
  }
  return elements;
}

function takeData({ data, shape }: NdArray, positions: Int32Array): Values {
  const size = elementCount(shape.slice(1));
  switch (data.kind) {
    case "fixed":
      return { kind: "fixed", values: takeTyped(data.values, positions, size) };
    case "text": {
      const { offsets, inner } = takePieces(data.offsets, elementsOfRows(positions, size));
      return { kind: "text", offsets, bytes: takeTyped(data.bytes, inner, 1) };
    }
    case "list": {
      const { offsets, inner } = takePieces(data.offsets, elementsOfRows(positions, size));
      return { kind: "list", offsets, values: takeRows(data.values, inner) };
    }
    case "reference": {
      const codes = takeTyped(data.codes, positions, size);
      positions.forEach((from, at) => {
        if (from < 0) codes.fill(-1, at * size, (at + 1) * size);
      });
      return { ...data, codes };
    }
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => [name, takeRows(field, positions)] as const);
      return { kind: "struct", fields: Object.fromEntries(fields) };
    }
    case "opaque":
      return { ...data, bytes: takeTyped(data.bytes, positions, size * data.itemBytes) };
    default:
      return data satisfies never;
  }
}

/** Rows of an array in any order, repeated or left out; a null row for -1. Copies. */
export function takeRows(array: NdArray, positions: Int32Array): NdArray {
  const taken = {
    dtype: array.dtype,
    shape: [positions.length, ...array.shape.slice(1)],
    data: takeData(array, positions),
  };
  if (array.validity === undefined && !positions.includes(-1)) return taken;
  const validity = validityOf(
    positions.length,
    (at) => positions[at]! >= 0 && isValidAt(array.validity, positions[at]!),
  );
  return { ...taken, validity };
}
