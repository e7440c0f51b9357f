import { deflateSync } from "node:zlib";
import type { Dataset, FilterMessage } from "../../src/dataset.ts";
import { datasetOf } from "./memory-file.ts";

/** What a chunked dataset of int32 is written as. */
export interface ChunkedFileOptions {
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  readonly deflate?: boolean;
  /** Whether the chunk of this number is left out. */
  readonly isMissing?: (number: number) => boolean;
  /** Whether the filter was skipped for the chunk of this number. */
  readonly isSkipped?: (number: number) => boolean;
  readonly fill?: number;
  /** Children of a node of the B-tree. */
  readonly nodeEntries?: number;
  /** Bytes left free before each chunk. */
  readonly gap?: number;
}

export interface ChunkedFile {
  readonly bytes: Uint8Array;
  readonly dataset: Dataset;
  /** The whole array. */
  readonly values: Int32Array;
}

/** Value of an element by its place in the array. */
const valueAt = (at: number) => Math.imul(at, 2654435761) >> 8;

const DEFLATE: FilterMessage = { id: 1, name: "deflate", flags: 1, clientData: [6] };

/** A file with one dataset, indexed by a version 1 B-tree; what libhdf5 would write, but for the headers. */
export function chunkedFile(options: ChunkedFileOptions): ChunkedFile {
  const { shape, chunkShape, deflate = false, gap = 0 } = options;
  const total = shape.reduce((product, length) => product * length, 1);
  const values = Int32Array.from({ length: total }, (_, at) => valueAt(at));
  const counts = shape.map((length, axis) => Math.ceil(length / chunkShape[axis]!));
  const chunks = counts.reduce((product, count) => product * count, 1);
  const parts: Uint8Array[] = [new Uint8Array(64)];
  let end = 64;
  const append = (part: Uint8Array) => {
    const address = end;
    parts.push(part);
    end += part.length;
    return address;
  };
  const entries: Entry[] = [];
  for (let number = 0; number < chunks; number++) {
    const origin = originOf(number, counts, chunkShape);
    const chunk = extractChunk(
      values,
      shape,
      chunkShape,
      origin,
      options.isMissing?.(number) ? (options.fill ?? 0) : null,
    );
    if (options.isMissing?.(number)) continue;
    if (gap > 0) append(new Uint8Array(gap));
    const skipped = !deflate || options.isSkipped?.(number) === true;
    const stored = skipped ? chunk : new Uint8Array(deflateSync(chunk));
    entries.push({ origin, address: append(stored), size: stored.length, mask: deflate && skipped ? 1 : 0 });
  }
  const root = appendTree(entries, options.nodeEntries ?? 64, shape.length, append);
  const bytes = new Uint8Array(end);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const layout = {
    kind: "chunked",
    chunkShape,
    index: { kind: "btree1", address: root },
    partialEdgeChunksUnfiltered: false,
    version: 3,
  } as const;
  const fillValue = new Uint8Array(Int32Array.of(options.fill ?? 0).buffer);
  const dataset = datasetOf(layout, shape, { filters: deflate ? [DEFLATE] : [], fillValue });
  return { bytes, dataset, values };
}

interface Entry {
  readonly origin: readonly number[];
  readonly address: number;
  readonly size: number;
  readonly mask: number;
}

function originOf(number: number, counts: readonly number[], chunkShape: readonly number[]): number[] {
  const origin = counts.map(() => 0);
  for (let axis = counts.length - 1, rest = number; axis >= 0; axis--) {
    origin[axis] = (rest % counts[axis]!) * chunkShape[axis]!;
    rest = Math.floor(rest / counts[axis]!);
  }
  return origin;
}

/** The bytes of a chunk, full size. Where `fill` is not null, the array itself gets it in place of its values. */
function extractChunk(
  values: Int32Array,
  shape: readonly number[],
  chunkShape: readonly number[],
  origin: readonly number[],
  fill: number | null,
): Uint8Array {
  const chunk = new Int32Array(chunkShape.reduce((product, length) => product * length, 1)).fill(-7);
  const visit = (axis: number, from: number, to: number): void => {
    if (axis === shape.length) {
      if (fill !== null) values[from] = fill;
      chunk[to] = values[from]!;
      return;
    }
    for (let at = 0; at < chunkShape[axis]! && origin[axis]! + at < shape[axis]!; at++)
      visit(axis + 1, from * shape[axis]! + origin[axis]! + at, to * chunkShape[axis]! + at);
  };
  visit(0, 0, 0);
  return new Uint8Array(chunk.buffer);
}

/** Writes the nodes, leaves first, each full size. */
function appendTree(
  entries: readonly Entry[],
  nodeEntries: number,
  rank: number,
  append: (part: Uint8Array) => number,
): number {
  let level = 0;
  let below = entries;
  do {
    const nodes: Entry[] = [];
    for (let at = 0; at < Math.max(1, below.length); at += nodeEntries) {
      const children = below.slice(at, at + nodeEntries);
      const address = append(nodeOf(children, level, nodeEntries, rank));
      nodes.push({ origin: children[0]?.origin ?? [], address, size: 0, mask: 0 });
    }
    below = nodes;
    level++;
  } while (below.length > 1);
  return below[0]!.address;
}

function nodeOf(children: readonly Entry[], level: number, nodeEntries: number, rank: number): Uint8Array {
  const keyBytes = 8 + 8 * (rank + 1);
  const node = Buffer.alloc(24 + nodeEntries * (keyBytes + 8) + keyBytes);
  node.write("TREE");
  node[4] = 1;
  node[5] = level;
  node.writeUInt16LE(children.length, 6);
  node.fill(0xff, 8, 24);
  let at = 24;
  for (const { origin, address, size, mask } of children) {
    node.writeUInt32LE(size, at);
    node.writeUInt32LE(mask, at + 4);
    origin.forEach((offset, axis) => {
      node.writeBigUInt64LE(BigInt(offset), at + 8 + 8 * axis);
    });
    node.writeBigUInt64LE(BigInt(address), at + keyBytes);
    at += keyBytes + 8;
  }
  children.at(-1)?.origin.forEach((offset, axis) => {
    node.writeBigUInt64LE(BigInt(offset + 1_000_000), at + 8 + 8 * axis);
  });
  return new Uint8Array(node);
}
