/** Whole numbers below a bound, from a seed: cases come out the same on every machine. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes that differ from place to place, so that a wrong offset shows. The same for the same length and seed. */
export function patternBytes(length: number, seed = 1): Uint8Array {
  const next = seededNumbers(seed);
  return Uint8Array.from({ length }, () => next(256));
}
