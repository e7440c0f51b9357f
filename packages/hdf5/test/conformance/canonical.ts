import { createHash } from "node:crypto";
import { type DType, elementCount, type NdArray, type Reference, type TypedArray } from "@lazynwb/core";
import type { RegionReference, SpacedBlocks } from "../../src/index.ts";

/** What the conformance manifest says of a type; of arrays only the class counts here. */
export interface TypeTree {
  readonly class: string;
  readonly dims?: readonly number[];
  readonly base?: TypeTree;
  readonly members?: readonly { readonly name: string; readonly type: TypeTree }[] | readonly (readonly unknown[])[];
  readonly ref?: string;
}

export interface Digest {
  readonly form: "bytes" | "json";
  readonly n: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The path that the manifest gives for a reference. */
export type PathOf = (objectId: string) => string | null;

/**
 * The digest that the manifest would have for values, in its canonical form.
 *
 * @param type - The manifest's own type tree, which tells array dimensions from those of the extent.
 */
export function digestOf(array: NdArray, form: "bytes" | "json", type: TypeTree, pathOf: PathOf): Digest {
  const n = elementCount(array.shape) / elementCount(arrayDims(type));
  const bytes =
    form === "bytes"
      ? packedElements(array, n, type)
      : Buffer.from(JSON.stringify(Array.from({ length: n }, (_, at) => jsonOf(array, at, type, pathOf))));
  return { form, n, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function packedElements(array: NdArray, n: number, type: TypeTree): Uint8Array {
  const size = elementCount(arrayDims(type));
  if (array.data.kind === "fixed") return packedPart(array.data.values, 0, n * size);
  return Buffer.concat(Array.from({ length: n }, (_, at) => packedOf(array, at * size, type)));
}

function packedPart(values: TypedArray, start: number, count: number): Uint8Array {
  const part = values.subarray(start, start + count);
  return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}

/** Dimensions that an array type appends to a shape; [] of any other. */
function arrayDims(type: TypeTree): readonly number[] {
  return type.class === "array" ? [...(type.dims ?? []), ...arrayDims(type.base!)] : [];
}

function innermost(type: TypeTree): TypeTree {
  return type.class === "array" ? innermost(type.base!) : type;
}

/** Elements `at` to `at` + those of one array element, packed. */
function packedOf(array: NdArray, at: number, type: TypeTree): Uint8Array {
  const count = elementCount(arrayDims(type));
  const { data } = array;
  switch (data.kind) {
    case "fixed":
      return packedPart(data.values, at, count);
    case "opaque":
      return data.bytes.subarray(at * data.itemBytes, (at + count) * data.itemBytes);
    case "struct": {
      const inner = innermost(type);
      const fields = Object.entries(data.fields);
      return Buffer.concat(
        Array.from({ length: count }, (_, item) =>
          Buffer.concat(
            fields.map(([name, field]) => {
              const member = memberType(inner, name);
              return packedOf(field, (at + item) * elementCount(arrayDims(member)), member);
            }),
          ),
        ),
      );
    }
    default:
      throw new TypeError(`${data.kind} has no packed form`);
  }
}

function memberType(type: TypeTree, name: string): TypeTree {
  if (type.class === "complex") return type.base!;
  const member = (type.members as readonly { name: string; type: TypeTree }[]).find((each) => each.name === name);
  return member!.type;
}

/** Element `at`, counted in elements of `type`. */
function jsonOf(array: NdArray, at: number, type: TypeTree, pathOf: PathOf): unknown {
  if (type.class === "array") {
    const count = elementCount(arrayDims(type));
    return Array.from({ length: count }, (_, item) => jsonOf(array, at * count + item, innermost(type), pathOf));
  }
  const { data, dtype } = array;
  switch (data.kind) {
    case "fixed":
      return numberOf(dtype, data.values[at]!);
    case "text":
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        data.bytes.subarray(data.offsets[at]!, data.offsets[at + 1]!),
      );
    case "reference": {
      const code = data.codes[at]!;
      return code < 0 ? null : referenceOf(data.targets[code]!, pathOf);
    }
    case "opaque":
      return Buffer.from(data.bytes.subarray(at * data.itemBytes, (at + 1) * data.itemBytes)).toString("hex");
    case "struct":
      return Object.entries(data.fields).map(([name, field]) => jsonOf(field, at, memberType(type, name), pathOf));
    case "list": {
      const start = data.offsets[at]!;
      const stop = data.offsets[at + 1]!;
      return Array.from({ length: stop - start }, (_, item) => jsonOf(data.values, start + item, type.base!, pathOf));
    }
    default:
      return data satisfies never;
  }
}

/** An object by its path; a region with the elements that it means, blocks in the order of the C library. */
function referenceOf(reference: Reference, pathOf: PathOf): unknown {
  const path = pathOf(reference.objectId);
  const { elements } = reference as Partial<RegionReference>;
  switch (elements?.kind) {
    case undefined:
      return path;
    case "all":
    case "none":
      return [path, elements.kind];
    case "points":
      return [path, "points", rowsOf(elements.coordinates, elements.rank)];
    case "blocks":
      return [path, "blocks", pairsOf(rowsOf(elements.corners, elements.rank))];
    case "regular":
      return [path, "blocks", spacedBlocks(elements.axes)];
    default:
      return elements satisfies never;
  }
}

function rowsOf(numbers: Float64Array, rank: number): number[][] {
  return Array.from({ length: numbers.length / rank }, (_, at) => [...numbers.subarray(at * rank, (at + 1) * rank)]);
}

function pairsOf(corners: readonly number[][]): (readonly number[])[][] {
  return Array.from({ length: corners.length / 2 }, (_, at) => [corners[2 * at]!, corners[2 * at + 1]!]);
}

/** Row-major, the last axis fastest. */
function spacedBlocks(axes: readonly SpacedBlocks[]): (readonly number[])[][] {
  let blocks: [number[], number[]][] = [[[], []]];
  for (const { start, stride, count, block } of axes) {
    const along = Array.from({ length: count }, (_, at) => start + at * stride);
    blocks = blocks.flatMap(([first, last]) =>
      along.map((at): [number[], number[]] => [
        [...first, at],
        [...last, at + block - 1],
      ]),
    );
  }
  return blocks;
}

/** Integers as numbers where they are safe, else as text; floats as the hex of their little-endian bytes. */
function numberOf(dtype: DType, value: number | bigint): unknown {
  if (dtype.kind === "float") {
    const bytes = Buffer.alloc(dtype.bits / 8);
    if (dtype.bits === 16) bytes.writeUInt16LE(Number(value));
    else if (dtype.bits === 32) bytes.writeFloatLE(Number(value));
    else bytes.writeDoubleLE(Number(value));
    return bytes.toString("hex");
  }
  return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
}
