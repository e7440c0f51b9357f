/** Limits of merging, in bytes. */
export interface MergeLimits {
  /** Ranges closer than this become one request. */
  readonly maxGapBytes: number;
  /** No request is made larger than this by merging. */
  readonly maxRequestBytes: number;
}

/** Requests that hold all ranges. Group g takes the ranges `order[firsts[g]]` to `order[firsts[g + 1] - 1]`. */
export interface MergePlan {
  /** Positions of the ranges, ascending by offset. */
  readonly order: Uint32Array;
  readonly firsts: Uint32Array;
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
}

function ascending(offsets: Float64Array): Uint32Array {
  const order = new Uint32Array(offsets.length);
  let sorted = true;
  for (let at = 0; at < order.length; at++) {
    order[at] = at;
    if (at > 0 && offsets[at]! < offsets[at - 1]!) sorted = false;
  }
  return sorted ? order : order.sort((left, right) => offsets[left]! - offsets[right]!);
}

/**
 * Which ranges to fetch together. Pure.
 *
 * @param offsets - shape [ranges], bytes.
 * @param lengths - shape [ranges], bytes; one that exceeds `maxRequestBytes` stays one request.
 * @remarks Time: that of sorting; ranges given in order are not sorted.
 * @example planMerge(Float64Array.of(0, 150), Float64Array.of(100, 50), { maxGapBytes: 64, maxRequestBytes: 1000 }).lengths // [200]
 */
export function planMerge(offsets: Float64Array, lengths: Float64Array, limits: MergeLimits): MergePlan {
  const order = ascending(offsets);
  const firsts = new Uint32Array(order.length + 1);
  const starts = new Float64Array(order.length);
  const sizes = new Float64Array(order.length);
  let groups = 0;
  let start = 0;
  let stop = 0;
  for (let at = 0; at < order.length; at++) {
    const offset = offsets[order[at]!]!;
    const end = offset + lengths[order[at]!]!;
    const joins =
      groups > 0 && (end <= stop || (offset - stop <= limits.maxGapBytes && end - start <= limits.maxRequestBytes));
    if (!joins) {
      firsts[groups] = at;
      starts[groups] = offset;
      start = offset;
      stop = end;
      groups++;
    } else if (end > stop) stop = end;
    sizes[groups - 1] = stop - start;
  }
  firsts[groups] = order.length;
  return {
    order,
    firsts: firsts.subarray(0, groups + 1),
    offsets: starts.subarray(0, groups),
    lengths: sizes.subarray(0, groups),
  };
}
