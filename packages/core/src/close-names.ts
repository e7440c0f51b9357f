/** Single-character insertions, deletions, replacements and swaps between two words, at most `limit` + 1. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let twoAbove: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let at = 1; at <= right.length; at++) {
      const same = left[row - 1] === right[at - 1] ? 0 : 1;
      let best = Math.min(above[at]! + 1, current[at - 1]! + 1, above[at - 1]! + same);
      if (row > 1 && at > 1 && left[row - 1] === right[at - 2] && left[row - 2] === right[at - 1])
        best = Math.min(best, twoAbove[at - 2]! + 1);
      current.push(best);
    }
    twoAbove = above;
    above = current;
  }
  return above[right.length]!;
}

/**
 * The names nearest to one that was not found, for a message that helps. Never used to choose in a user's stead.
 *
 * @example closeNames("trails", ["/intervals/trials", "/units"]) // ["/intervals/trials"]
 */
export function closeNames(wanted: string, names: readonly string[], most = 3): string[] {
  const plain = (name: string) => name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  const word = plain(wanted);
  const limit = Math.max(1, Math.floor(word.length / 3));
  return names
    .map((name) => {
      const other = plain(name);
      const contains = word.length > 2 && (other.includes(word) || (other.length > 2 && word.includes(other)));
      return {
        name,
        distance: contains ? Math.min(1, editDistance(word, other, limit)) : editDistance(word, other, limit),
      };
    })
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance)
    .slice(0, most)
    .map(({ name }) => name);
}
