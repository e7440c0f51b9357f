import { FormatError, UnsupportedError } from "@lazynwb/core";
import type { SpacedBlocks, StoredSelection } from "../datatype/stored-selection.ts";

/** A selection as evenly spaced blocks along each axis; null where it holds nothing. */
export type SpacedAxes = readonly SpacedBlocks[];

/**
 * @param shape - Of the dataspace that is selected from.
 * @throws UnsupportedError for scattered points, and for several blocks that no even spacing makes.
 */
export function spacedAxes(stored: StoredSelection, shape: readonly number[]): SpacedAxes | null {
  switch (stored.kind) {
    case "all":
      // A scalar counts as one row.
      return (shape.length === 0 ? [1] : shape).map((length) => ({ start: 0, stride: 1, count: 1, block: length }));
    case "none":
      return null;
    case "regular":
      return stored.axes;
    case "blocks": {
      const { rank, corners } = stored;
      if (corners.length === 0) return null;
      if (corners.length !== 2 * rank) break;
      return Array.from({ length: rank }, (_, axis) => {
        const start = corners[axis]!;
        return { start, stride: 1, count: 1, block: corners[rank + axis]! - start + 1 };
      });
    }
    case "points":
      break;
    default:
      return stored satisfies never;
  }
  throw new UnsupportedError("a virtual dataset is mapped by scattered elements", {
    feature: "virtual dataset, mapped by scattered elements",
  });
}

export function isUnlimited({ count, block }: SpacedBlocks): boolean {
  return count === Number.POSITIVE_INFINITY || block === Number.POSITIVE_INFINITY;
}

/** How many of the selected positions of an axis lie below `length`. */
export function positionsBelow({ start, stride, count, block }: SpacedBlocks, length: number): number {
  if (length <= start) return 0;
  const span = length - start;
  if (count === 1 || block === Number.POSITIVE_INFINITY) return Math.min(block, span);
  const whole = Math.min(count, Math.floor(span / stride));
  return whole * block + (whole < count ? Math.min(block, span - whole * stride) : 0);
}

/** The coordinate of a selected position. */
export function coordinateOf({ start, stride, count, block }: SpacedBlocks, position: number): number {
  return count === 1 ? start + position : start + Math.floor(position / block) * stride + (position % block);
}

/** The position of a coordinate among those that are selected; -1 where it is not. */
export function positionOf({ start, stride, count, block }: SpacedBlocks, coordinate: number): number {
  const from = coordinate - start;
  if (from < 0) return -1;
  if (count === 1) return from < block ? from : -1;
  const number = Math.floor(from / stride);
  const within = from - number * stride;
  return number < count && within < block ? number * block + within : -1;
}

/** @throws FormatError where blocks are empty or overlap. */
export function checkBlocks(axes: SpacedAxes): void {
  for (const { stride, count, block } of axes)
    if (!(block >= 1 && count >= 1 && (count === 1 || stride >= block)))
      throw new FormatError("a virtual dataset is mapped by blocks that are empty or overlap", {
        found: `${count} blocks of ${block}, ${stride} apart`,
      });
}
