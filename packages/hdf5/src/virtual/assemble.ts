import { elementCount, type NdArray, type TypedArray, UnsupportedError, type Values } from "@lazynwb/core";
import type { ElementRuns } from "./plan-piece.ts";

/** Elements that were read, of the type of the result, and where they belong. */
export interface Piece {
  readonly array: NdArray;
  readonly runs: ElementRuns;
}

/**
 * An array out of pieces of others; what no piece gives is the fill value.
 *
 * @param fill - One element, shape [1].
 * @throws UnsupportedError for sequences and references.
 * @remarks Copies: one.
 */
export function assemble(fill: NdArray, shape: readonly number[], pieces: readonly Piece[]): NdArray {
  const inner = fill.shape.slice(1);
  return { dtype: fill.dtype, shape: [...shape, ...inner], data: assembleValues(fill, elementCount(shape), pieces) };
}

function assembleValues(fill: NdArray, count: number, pieces: readonly Piece[]): Values {
  const { data } = fill;
  const perElement = elementCount(fill.shape.slice(1));
  switch (data.kind) {
    case "fixed": {
      const parts = pieces.map(({ array, runs }) => ({ values: (array.data as typeof data).values, runs }));
      return { kind: "fixed", values: place(data.values, count, perElement, parts) };
    }
    case "opaque": {
      const { itemBytes } = data;
      const parts = pieces.map(({ array, runs }) => ({ values: (array.data as typeof data).bytes, runs }));
      return {
        kind: "opaque",
        itemBytes,
        bytes: place(data.bytes, count, perElement * itemBytes, parts) as Uint8Array,
      };
    }
    case "text": {
      const parts = pieces.map(({ array, runs }) => ({ text: array.data as typeof data, runs }));
      return placeText(data, count, perElement, parts);
    }
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => {
        const parts = pieces.map(({ array, runs }) => ({ array: (array.data as typeof data).fields[name]!, runs }));
        return [name, { ...field, shape: [count, ...field.shape.slice(1)], data: assembleValues(field, count, parts) }];
      });
      return { kind: "struct", fields: Object.fromEntries(fields) as Record<string, NdArray> };
    }
    case "list":
    case "reference":
      throw new UnsupportedError(`virtual datasets of ${data.kind}s`, { feature: `virtual dataset of ${data.kind}s` });
    default:
      return data satisfies never;
  }
}

function place(
  fill: TypedArray,
  count: number,
  width: number,
  parts: readonly { readonly values: TypedArray; readonly runs: ElementRuns }[],
): TypedArray {
  const result = new (fill.constructor as new (length: number) => TypedArray)(count * width);
  for (let at = 0; at < width; at++) {
    if (!fill[at]) continue;
    if (width === 1) result.fill(fill[at] as never);
    else for (let element = 0; element < count; element++) result[element * width + at] = fill[at]!;
  }
  for (const { values, runs } of parts)
    for (let run = 0; run < runs.from.length; run++) {
      const from = runs.from[run]! * width;
      const length = runs.lengths[run]! * width;
      if (length === 1) result[runs.to[run]!] = values[from]!;
      else result.set(values.subarray(from, from + length) as never, runs.to[run]! * width);
    }
  return result;
}

type Text = Extract<Values, { kind: "text" }>;

function placeText(
  fill: Text,
  count: number,
  width: number,
  parts: readonly { readonly text: Text; readonly runs: ElementRuns }[],
): Text {
  const origin = new Int32Array(count * width).fill(-1);
  const index = new Int32Array(count * width);
  parts.forEach(({ runs }, part) => {
    for (let run = 0; run < runs.from.length; run++)
      for (let at = 0; at < runs.lengths[run]! * width; at++) {
        origin[runs.to[run]! * width + at] = part;
        index[runs.to[run]! * width + at] = runs.from[run]! * width + at;
      }
  });
  const textOf = (at: number): [Text, number] =>
    origin[at]! < 0 ? [fill, at % width] : [parts[origin[at]!]!.text, index[at]!];
  const offsets = new Int32Array(count * width + 1);
  for (let at = 0; at < count * width; at++) {
    const [text, from] = textOf(at);
    offsets[at + 1] = offsets[at]! + text.offsets[from + 1]! - text.offsets[from]!;
  }
  const bytes = new Uint8Array(offsets[count * width]!);
  for (let at = 0; at < count * width; at++) {
    const [text, from] = textOf(at);
    bytes.set(text.bytes.subarray(text.offsets[from]!, text.offsets[from + 1]!), offsets[at]!);
  }
  return { kind: "text", offsets, bytes };
}
