import { abortable, eitherSignal } from "./abortable.ts";

/**
 * The results of `work` for all items, in their order, with at most `limit` under way. The first failure stops the others.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, at: number, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const results = new Array<Result>(items.length);
  const stop = new AbortController();
  const either = eitherSignal(signal, stop.signal);
  let next = 0;
  const worker = async () => {
    while (next < items.length && !either.aborted) {
      const at = next++;
      results[at] = await abortable(work(items[at]!, at, either), either);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  } catch (error) {
    stop.abort(error);
    signal?.throwIfAborted();
    throw error;
  }
  signal?.throwIfAborted();
  return results;
}
