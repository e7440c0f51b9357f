import { CorruptChunkError } from "@lazynwb/core";

/** What a codec is told about the chunk it undoes one filter of. Units: bytes. */
export interface CodecContext {
  /** The filter's own parameters, as written. */
  readonly clientData: readonly number[];
  /** What the result must have; null where a filter before this one makes that unknown. */
  readonly outputBytes: number | null;
  /** What the result may have at most. Nothing larger may ever be allocated. */
  readonly maxOutputBytes: number;
  /** For messages. */
  readonly where: ChunkPlace;
}

/** Which chunk it is. */
export interface ChunkPlace {
  readonly source: string;
  readonly path: string;
  /** Absolute, for messages. Bytes. */
  readonly offset: number;
}

/**
 * Undoes one filter of a pipeline. `bytes` is read-only and may be a view of a shared window; the result must be another
 * array, or a view of `bytes` itself.
 */
export interface Codec {
  /** The number registered for the filter. */
  readonly id: number;
  readonly name: string;
  decode(bytes: Uint8Array, context: CodecContext): Uint8Array | Promise<Uint8Array>;
}

/** The error of a chunk that a filter cannot undo. */
export function corruptChunk(
  where: ChunkPlace,
  filter: string,
  reason: string,
  details: { readonly expected?: string; readonly found?: string; readonly cause?: unknown } = {},
): CorruptChunkError {
  return new CorruptChunkError(`${where.path}: the chunk at ${where.offset} is damaged: ${filter}: ${reason}`, {
    source: where.source,
    path: where.path,
    offset: where.offset,
    filter,
    ...details,
  });
}
