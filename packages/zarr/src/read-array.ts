import {
  allocateFixed,
  type ByteStore,
  type CallOptions,
  CorruptChunkError,
  checkSelection,
  type DType,
  elementCount,
  isLazyNwbError,
  type NdArray,
  rangesOf,
  type Selection,
  selectedShape,
  textArray,
  UnsupportedError,
} from "@lazynwb/core";
import * as zarr from "zarrita";
import { checkBlosc, chunkStore } from "./chunk-store.ts";
import type { ConsolidatedMetadata, ZarrNode } from "./consolidated-metadata.ts";
import { dtypeOf } from "./dtype.ts";

const KNOWN_COMPRESSORS = new Set(["blosc", "gzip", "zlib", "zstd"]);

/** Whether hdmf-zarr wrote a scalar, which Zarr v2 keeps as an array of one element. */
export function isStoredScalar(node: ZarrNode): boolean {
  return node.attributes["zarr_dtype"] === "scalar" && node.array !== null && elementCount(node.array.shape) === 1;
}

/** The shape that users see. */
export function shapeOf(node: ZarrNode): readonly number[] {
  return isStoredScalar(node) ? [] : node.array!.shape;
}

/**
 * Values of one array.
 *
 * @throws UnsupportedError naming a codec or type this version lacks; CorruptChunkError for a chunk of a wrong size.
 * @remarks I/O: one request a chunk, all sent together; the chunks that a selection does not touch are not read.
 */
export async function readArray(
  store: ByteStore,
  metadata: ConsolidatedMetadata,
  node: ZarrNode,
  selection: Selection,
  options: CallOptions | undefined,
): Promise<NdArray> {
  const details = { source: store.id, path: node.path };
  const dtype = dtypeOf(node, store.id);
  const array = node.array!;
  const unknown = [array.compressor, ...(dtype.kind === "text" ? [] : array.filters)].find(
    (codec) => codec !== null && !KNOWN_COMPRESSORS.has(codec.id),
  );
  if (unknown)
    throw new UnsupportedError(`${node.path} is compressed by ${unknown.id}, which this version does not read`, {
      ...details,
      feature: `Zarr codec ${unknown.id}`,
    });
  const shape = shapeOf(node);
  checkSelection(selection, shape);
  const wanted = selectedShape(selection, shape);
  const ranges = rangesOf(shape.length === 0 ? "all" : selection.rows, array.shape[0] ?? 1);
  const reader = checkedStore(chunkStore(store, metadata, options), node, dtype, store.id);
  try {
    const opened = await zarr.open.v2(zarr.root(reader).resolve(node.path), { kind: "array", attrs: false });
    const parts = await Promise.all(
      Array.from({ length: ranges.length / 2 }, (_, at) => {
        const axes = [zarr.slice(ranges[at * 2]!, ranges[at * 2 + 1]!, selection.step ?? 1)];
        for (let axis = 1; axis < array.shape.length; axis++) {
          const cut = selection.trailing?.[axis - 1];
          axes.push(cut === undefined ? zarr.slice(null) : zarr.slice(cut.start, cut.stop, cut.step ?? 1));
        }
        return zarr.get(opened, array.shape.length === 0 ? [] : axes, {
          ...(options?.signal && { signal: options.signal }),
        });
      }),
    );
    return assemble(parts.map(dataOf), dtype, wanted, details);
  } catch (error) {
    if (isLazyNwbError(error) || options?.signal?.aborted) throw error;
    throw new CorruptChunkError(
      `a chunk of ${node.path} cannot be decoded: ${error instanceof Error ? error.message : String(error)}`,
      { ...details, cause: error, ...(array.compressor && { filter: array.compressor.id }) },
    );
  }
}

/** zarrita gives a scalar for a selection without axes, else `{ data }`. */
function dataOf(part: unknown): Iterable<unknown> & { readonly length: number } {
  const data = typeof part === "object" && part !== null && "data" in part ? part.data : [part];
  return data as Iterable<unknown> & { readonly length: number };
}

/** Sizes that the decoders do not check themselves. */
function checkedStore(
  inner: ReturnType<typeof chunkStore>,
  node: ZarrNode,
  dtype: DType,
  source: string,
): ReturnType<typeof chunkStore> {
  const array = node.array!;
  const itemBytes = Number(/\d+$/.exec(array.dtype)?.[0] ?? 0) * (array.dtype[1] === "U" ? 4 : 1);
  const decodedBytes = elementCount(array.chunks) * itemBytes;
  return {
    async get(key, options) {
      const bytes = await inner.get(key, options);
      if (bytes === undefined || key.slice(key.lastIndexOf("/") + 1).startsWith(".")) return bytes;
      const details = { source, path: node.path };
      if (array.compressor?.id === "blosc" && itemBytes > 0) checkBlosc(bytes, decodedBytes, details);
      if (array.compressor === null && itemBytes > 0 && bytes.length !== decodedBytes) {
        throw new CorruptChunkError(
          `a chunk of ${node.path} has ${bytes.length} bytes; ${dtype.kind} ${array.chunks.join(" x ")} takes ${decodedBytes}`,
          details,
        );
      }
      return bytes;
    },
  };
}

function assemble(
  parts: readonly (Iterable<unknown> & { readonly length: number })[],
  dtype: DType,
  shape: readonly number[],
  details: { source: string; path: string },
): NdArray {
  const total = elementCount(shape);
  const found = parts.reduce((sum, part) => sum + part.length, 0);
  if (found !== total)
    throw new CorruptChunkError(`${details.path} gave ${found} values where ${total} were selected`, details);
  if (dtype.kind === "text")
    return textArray(
      parts.flatMap((part) => Array.from(part, (text) => String(text ?? ""))),
      shape,
    );
  if (dtype.kind !== "int" && dtype.kind !== "float" && dtype.kind !== "bool")
    throw new UnsupportedError(`${details.path} holds ${dtype.kind}`, { ...details, feature: dtype.kind });
  const values = allocateFixed(dtype, total);
  let at = 0;
  for (const part of parts) {
    if (dtype.kind === "bool") for (const value of part) values[at++] = value ? 1 : 0;
    else {
      // The typed array that zarrita gives is of the same type as `values`, in native byte order.
      (values as Float64Array).set(part as unknown as Float64Array, at);
      at += part.length;
    }
  }
  return { dtype, shape, data: { kind: "fixed", values } };
}
