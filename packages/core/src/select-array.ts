import { elementCount, isNull, type NdArray, type TypedArray, type Values, validityOf } from "./nd-array.ts";
import { checkSelection, rangesOf, type Selection, selectedShape } from "./selection.ts";

/** Positions along the first axis that a selection names. */
function selectedRows(selection: Selection, length: number): number[] {
  const ranges = rangesOf(selection.rows, length);
  const step = selection.step ?? 1;
  const rows: number[] = [];
  for (let at = 0; at < ranges.length; at += 2)
    for (let row = ranges[at]!; row < ranges[at + 1]!; row += step) rows.push(row);
  return rows;
}

/** Row-major positions of the elements that a selection names. */
function selectedElements(selection: Selection, shape: readonly number[]): number[] {
  let positions = selectedRows(selection, shape[0]!);
  for (let axis = 1; axis < shape.length; axis++) {
    const { start = 0, stop = shape[axis]!, step = 1 } = selection.trailing?.[axis - 1] ?? {};
    const next: number[] = [];
    for (const position of positions)
      for (let at = start; at < stop; at += step) next.push(position * shape[axis]! + at);
    positions = next;
  }
  return positions;
}

function takeFixed(values: TypedArray, positions: readonly number[]): TypedArray {
  const taken = new (values.constructor as new (length: number) => TypedArray)(positions.length);
  positions.forEach((position, at) => {
    taken[at] = values[position]!;
  });
  return taken;
}

/** Pieces `[offsets[p], offsets[p + 1])` of the chosen positions: their new offsets, and the positions inside. */
function takePieces(offsets: Int32Array, positions: readonly number[]): { offsets: Int32Array; inner: number[] } {
  const taken = new Int32Array(positions.length + 1);
  const inner: number[] = [];
  positions.forEach((position, at) => {
    for (let piece = offsets[position]!; piece < offsets[position + 1]!; piece++) inner.push(piece);
    taken[at + 1] = inner.length;
  });
  return { offsets: taken, inner };
}

/** Elements of an array whose own axes are the first `axes` ones of `array`; what lies behind them belongs to an element. */
function takeInner(array: NdArray, axes: number, positions: readonly number[], shape: readonly number[]): NdArray {
  const inner = array.shape.slice(axes);
  const size = elementCount(inner);
  const all = positions.flatMap((position) => Array.from({ length: size }, (_, at) => position * size + at));
  return { dtype: array.dtype, shape: [...shape, ...inner], data: takeValues(array, all, shape) };
}

function takeValues(array: NdArray, positions: readonly number[], shape: readonly number[]): Values {
  const { data } = array;
  switch (data.kind) {
    case "fixed":
      return { kind: "fixed", values: takeFixed(data.values, positions) };
    case "text": {
      const { offsets, inner } = takePieces(data.offsets, positions);
      return { kind: "text", offsets, bytes: takeFixed(data.bytes, inner) as Uint8Array };
    }
    case "reference":
      return { kind: "reference", codes: takeFixed(data.codes, positions) as Int32Array, targets: data.targets };
    case "struct": {
      const fields = Object.entries(data.fields).map(
        ([name, field]) => [name, takeInner(field, array.shape.length, positions, shape)] as const,
      );
      return { kind: "struct", fields: Object.fromEntries(fields) };
    }
    case "list": {
      const { offsets, inner } = takePieces(data.offsets, positions);
      return { kind: "list", offsets, values: takeInner(data.values, 1, inner, [inner.length]) };
    }
    case "opaque": {
      const bytes = positions.flatMap((at) => [...data.bytes.subarray(at * data.itemBytes, (at + 1) * data.itemBytes)]);
      return { kind: "opaque", itemBytes: data.itemBytes, bytes: Uint8Array.from(bytes) };
    }
    default:
      return data satisfies never;
  }
}

/**
 * A selection of an array that is in memory: all that a backend needs whose format has no partial reads. Element by element,
 * plain rather than fast.
 *
 * @returns an array of shape `selectedShape(selection, array.shape)`, copied.
 * @throws QueryError where the selection does not fit the shape.
 */
export function selectArray(array: NdArray, selection: Selection): NdArray {
  checkSelection(selection, array.shape);
  if (array.shape.length === 0) return array;
  const shape = selectedShape(selection, array.shape);
  const positions = selectedElements(selection, array.shape);
  const selected = { dtype: array.dtype, shape, data: takeValues(array, positions, shape) };
  if (array.validity === undefined) return selected;
  const rows = selectedRows(selection, array.shape[0]!);
  return { ...selected, validity: validityOf(rows.length, (at) => !isNull(array, rows[at]!)) };
}
