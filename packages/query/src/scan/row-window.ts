import { headOfRanges, type RowRanges } from "@lazynwb/core";

/** How many of some rows are skipped, and how many are taken after those. */
export interface Claim {
  readonly skip: number;
  readonly take: number;
}

/** The rows that offset and limit let through, claimed in the order of delivery. */
export class RowWindow {
  #offset: number;
  #limit: number;

  constructor(offset = 0, limit = Number.POSITIVE_INFINITY) {
    this.#offset = offset;
    this.#limit = limit;
  }

  /** Nothing more can be taken. */
  get exhausted(): boolean {
    return this.#limit === 0;
  }

  claim(rows: number): Claim {
    const skip = Math.min(this.#offset, rows);
    const take = Math.min(this.#limit, rows - skip);
    this.#offset -= skip;
    this.#limit -= take;
    return { skip, take };
  }

  /** Rows that were claimed and could not be delivered. */
  giveBack(rows: number): void {
    this.#limit += rows;
  }
}

/** Of the rows in ranges, those after the first `skip`, at most `take`. */
export function windowOfRanges(ranges: RowRanges, { skip, take }: Claim): RowRanges {
  let left = skip;
  let at = 0;
  while (at < ranges.length && left >= ranges[at + 1]! - ranges[at]!) {
    left -= ranges[at + 1]! - ranges[at]!;
    at += 2;
  }
  const rest = ranges.slice(at);
  if (rest.length > 0) rest[0]! += left;
  return headOfRanges(rest, take);
}
