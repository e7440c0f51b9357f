/** `count` pieces of `run` bytes each, evenly spaced on both sides. Units: bytes. */
export interface StridedCopy {
  readonly source: Uint8Array;
  readonly sourceOffset: number;
  readonly sourceStride: number;
  readonly target: Uint8Array;
  readonly targetOffset: number;
  readonly targetStride: number;
  readonly run: number;
  readonly count: number;
}

/** Below this many pieces, making typed-array views costs more than they save. */
const MIN_TYPED_COUNT = 16;

/** Runs at least this long are handed to the engine's own memory copy. */
const MIN_BULK_RUN = 48;

/**
 * Copies evenly spaced pieces: a column out of records, a hyperslab out of a chunk.
 *
 * @remarks Copies: one. Pieces of 1, 2, 4 and 8 bytes that lie aligned go through typed arrays of that width.
 */
export function copyRuns(copy: StridedCopy): void {
  const { source, sourceOffset, sourceStride, target, targetOffset, targetStride, run, count } = copy;
  if (count === 1 || (sourceStride === run && targetStride === run)) {
    copyBytes(source, sourceOffset, target, targetOffset, run * count);
    return;
  }
  if (run === 1) copyItems(source, sourceOffset, sourceStride, target, targetOffset, targetStride, count);
  else if (count >= MIN_TYPED_COUNT && isAligned(copy)) copyAligned(copy);
  else if (run >= MIN_BULK_RUN) {
    for (let at = 0, from = sourceOffset, to = targetOffset; at < count; at++) {
      target.set(source.subarray(from, from + run), to);
      from += sourceStride;
      to += targetStride;
    }
  } else {
    for (let at = 0, from = sourceOffset, to = targetOffset; at < count; at++) {
      for (let byte = 0; byte < run; byte++) target[to + byte] = source[from + byte]!;
      from += sourceStride;
      to += targetStride;
    }
  }
}

/** Bytes from one array into another, whichever way is quicker for so many. */
function copyBytes(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  if (length >= MIN_BULK_RUN) target.set(source.subarray(from, from + length), to);
  else for (let byte = 0; byte < length; byte++) target[to + byte] = source[from + byte]!;
}

function isAligned({ source, sourceOffset, sourceStride, target, targetOffset, targetStride, run }: StridedCopy) {
  if (run !== 2 && run !== 4 && run !== 8) return false;
  const unit = run === 8 ? 4 : run;
  return (
    (source.byteOffset + sourceOffset) % unit === 0 &&
    sourceStride % unit === 0 &&
    (target.byteOffset + targetOffset) % unit === 0 &&
    targetStride % unit === 0
  );
}

function copyAligned(copy: StridedCopy): void {
  const { source, sourceOffset, sourceStride, target, targetOffset, targetStride, run, count } = copy;
  const unit = run === 2 ? 2 : 4;
  const view = (bytes: Uint8Array, offset: number, stride: number) => {
    const length = (stride * (count - 1) + run) / unit;
    return unit === 2
      ? new Uint16Array(bytes.buffer, bytes.byteOffset + offset, length)
      : new Uint32Array(bytes.buffer, bytes.byteOffset + offset, length);
  };
  const from = view(source, sourceOffset, sourceStride);
  const to = view(target, targetOffset, targetStride);
  if (run === 8) copyPairs(from as Uint32Array, sourceStride / 4, to as Uint32Array, targetStride / 4, count);
  else copyItems(from, 0, sourceStride / unit, to, 0, targetStride / unit, count);
}

function copyItems<Items extends Uint8Array | Uint16Array | Uint32Array>(
  source: Items,
  sourceStart: number,
  sourceStep: number,
  target: Items,
  targetStart: number,
  targetStep: number,
  count: number,
): void {
  let from = sourceStart;
  let to = targetStart;
  for (let at = 0; at < count; at++) {
    target[to] = source[from]!;
    from += sourceStep;
    to += targetStep;
  }
}

/** Pieces of 8 bytes, as two words each: a float64 moved as a number could lose the bits of its NaN. */
function copyPairs(source: Uint32Array, sourceStep: number, target: Uint32Array, targetStep: number, count: number) {
  let from = 0;
  let to = 0;
  for (let at = 0; at < count; at++) {
    target[to] = source[from]!;
    target[to + 1] = source[from + 1]!;
    from += sourceStep;
    to += targetStep;
  }
}
