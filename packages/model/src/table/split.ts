/**
 * Cuts a list into consecutive parts of the given lengths: the answers of several who asked together.
 *
 * @example splitBy([1, 2, 3], [2, 0, 1]) // [[1, 2], [], [3]]
 */
export function splitBy<Item>(items: readonly Item[], lengths: readonly number[]): Item[][] {
  let passed = 0;
  return lengths.map((length) => {
    passed += length;
    return items.slice(passed - length, passed);
  });
}
