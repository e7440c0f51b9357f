import type { RowRanges } from "@lazynwb/core";

/** Ranges one after the other; two that touch become one. */
export function concatRanges(parts: readonly RowRanges[]): RowRanges {
  const joined: number[] = [];
  for (const part of parts) {
    const touches = joined.length > 0 && part.length > 0 && joined[joined.length - 1] === part[0];
    if (touches) joined.pop();
    for (let at = touches ? 1 : 0; at < part.length; at++) joined.push(part[at]!);
  }
  return Float64Array.from(joined);
}
