import { type ByteRange, type ByteSource, type ByteWindow, ShortReadError, StorageError } from "@lazynwb/core";
import { checkRange, checkWindowLength, locateRange, rangeText } from "./byte-range.ts";
import { KnownIdentity } from "./identity.ts";
import { planMerge } from "./merge-plan.ts";
import { MergedRead, MergedRequest } from "./merged-read.ts";
import { nextMacrotask } from "./next-macrotask.ts";
import { passThrough } from "./pass-through.ts";
import { readInPieces } from "./split-read.ts";

/** Defaults of `mergedSource`; a source's hints come before them. */
export const DEFAULT_MERGE = {
  /**
   * 64 KiB: over a link of 100 Mbit/s they take 5 ms, less than the answer to one more request does; on files by pynwb the headers
   * of one level mostly lie closer together.
   */
  maxGapBytes: 65_536,
  /** 16 MiB: large enough that latency no longer counts, small enough that several share a link and are freed as they are decoded. */
  maxRequestBytes: 16 * 2 ** 20,
} as const;

export interface MergeOptions {
  readonly maxGapBytes?: number | undefined;
  readonly maxRequestBytes?: number | undefined;
}

type PlacedRange = { readonly offset: number; readonly length: number };

/**
 * Merges the reads of all callers that are issued in one go: until the next macrotask, so that reads made in continuations of the
 * same moment meet. Ranges closer than `maxGapBytes` become one request of at most `maxRequestBytes`; a single range larger than
 * that is fetched in parallel pieces. A read that lies inside a request already under way waits for that one.
 *
 * Each caller keeps its own signal. A request is given up when all its callers have left.
 *
 * @param options.onWindow - sees what was fetched, gaps included: a cache keeps it.
 * @remarks Copies: none, but one for a range that was fetched in pieces.
 */
export function mergedSource(
  source: ByteSource,
  options: MergeOptions & { readonly onWindow?: ((window: ByteWindow) => void) | undefined } = {},
): ByteSource & Required<Pick<ByteSource, "readMany">> {
  const merger = new Merger(source, {
    maxGapBytes: options.maxGapBytes ?? source.hints?.maxGapBytes ?? DEFAULT_MERGE.maxGapBytes,
    maxRequestBytes: Math.max(
      1,
      options.maxRequestBytes ?? source.hints?.maxRequestBytes ?? DEFAULT_MERGE.maxRequestBytes,
    ),
    onWindow: options.onWindow ?? (() => {}),
  });
  return {
    ...passThrough(source),
    read: (range, call) => merger.read(range, call),
    readMany: (ranges, call) => ranges.map((range) => merger.read(range, call)),
  };
}

interface MergerOptions {
  readonly maxGapBytes: number;
  readonly maxRequestBytes: number;
  readonly onWindow: (window: ByteWindow) => void;
}

class Merger {
  readonly #source: ByteSource;
  readonly #options: MergerOptions;
  readonly #identity: KnownIdentity;
  readonly #underWay = new Set<MergedRequest>();
  #open: MergedRead[] = [];

  constructor(source: ByteSource, options: MergerOptions) {
    this.#source = source;
    this.#options = options;
    this.#identity = new KnownIdentity(source.id);
  }

  read(range: ByteRange, call: ConstructorParameters<typeof MergedRead>[1]): Promise<ByteWindow> {
    if (call?.signal?.aborted) return Promise.reject(call.signal.reason);
    try {
      checkRange(range, this.#source.id);
    } catch (error) {
      return Promise.reject(error);
    }
    const read = new MergedRead(range, call);
    if (this.#open.push(read) === 1) nextMacrotask(() => this.#flush());
    return read.promise;
  }

  #flush(): void {
    const reads = this.#open;
    this.#open = [];
    const placed: { read: MergedRead; offset: number; length: number }[] = [];
    const tails: MergedRead[] = [];
    const underWay = new RequestsUnderWay(this.#underWay);
    for (const read of reads) {
      if (read.settled) continue;
      const { range } = read;
      const { size } = this.#identity;
      const place = size === undefined ? range : locateRange(range, size);
      if ("suffix" in place) {
        tails.push(read);
        continue;
      }
      if (place.length === 0) read.resolve({ bytes: new Uint8Array(0), ...this.#identity.facts, offset: place.offset });
      else if (this.#takes(read, place)) {
        const request = underWay.find(place.offset, place.length);
        if (request === undefined) placed.push({ read, ...place });
        else read.join(request);
      }
    }
    this.#send([...this.#mergeTails(tails), ...this.#merge(placed)]);
  }

  /** Whether a range is small enough to be answered; it is refused where not. */
  #takes(read: MergedRead, place: PlacedRange): boolean {
    try {
      checkWindowLength(place.length, this.#source.id);
      return true;
    } catch (error) {
      read.reject(error);
      return false;
    }
  }

  #request(range: ByteRange): MergedRequest {
    return new MergedRequest(range, (request) => {
      this.#underWay.delete(request);
    });
  }

  /** Tails of an object of unknown size are parts of the longest one. */
  #mergeTails(reads: readonly MergedRead[]): MergedRequest[] {
    if (reads.length === 0) return [];
    let suffix = 0;
    for (const { range } of reads) suffix = Math.max(suffix, "suffix" in range ? range.suffix : 0);
    const request = this.#request({ suffix });
    for (const read of reads) read.join(request);
    return [request];
  }

  #merge(placed: readonly { read: MergedRead; offset: number; length: number }[]): MergedRequest[] {
    const offsets = Float64Array.from(placed, ({ offset }) => offset);
    const lengths = Float64Array.from(placed, ({ length }) => length);
    const plan = planMerge(offsets, lengths, this.#options);
    const requests: MergedRequest[] = [];
    for (let group = 0; group < plan.offsets.length; group++) {
      const request = this.#request({ offset: plan.offsets[group]!, length: plan.lengths[group]! });
      for (let at = plan.firsts[group]!; at < plan.firsts[group + 1]!; at++)
        placed[plan.order[at]!]!.read.join(request);
      requests.push(request);
    }
    return requests;
  }

  /** Sends requests in one go: through the source's own plan where it has one. */
  #send(requests: readonly MergedRequest[]): void {
    const single: MergedRequest[] = [];
    for (const request of requests) {
      this.#underWay.add(request);
      const { range } = request;
      if ("suffix" in range || range.length <= this.#options.maxRequestBytes) single.push(request);
      else this.#receive(request, this.#readInPieces(request, range));
    }
    if (this.#source.readMany === undefined) {
      for (const request of single) this.#receive(request, this.#read(request, request.range));
      return;
    }
    for (const [priority, group] of Map.groupBy(single, (request) => request.priority)) {
      const reads = this.#readMany(group, priority);
      group.forEach((request, at) => {
        this.#receive(request, this.#checked(request.range, reads[at]!));
      });
    }
  }

  #readMany(requests: readonly MergedRequest[], priority: number): readonly Promise<ByteWindow>[] {
    const ranges = requests.map(({ range }) => range);
    try {
      return this.#source.readMany!(ranges, { signal: signalOfAll(requests), priority });
    } catch (error) {
      return requests.map(() => Promise.reject(error));
    }
  }

  async #read({ signal, priority }: MergedRequest, range: ByteRange): Promise<ByteWindow> {
    return this.#checked(range, this.#source.read(range, { signal, priority }));
  }

  #readInPieces(request: MergedRequest, range: PlacedRange): Promise<ByteWindow> {
    const { maxRequestBytes } = this.#options;
    const options = { maxRequestBytes, size: this.#identity.size, source: this.#source.id };
    return readInPieces((piece) => this.#read(request, piece), range, options);
  }

  async #receive(request: MergedRequest, reading: Promise<ByteWindow>): Promise<void> {
    try {
      const window = await reading;
      this.#options.onWindow(window);
      request.answer(window);
    } catch (error) {
      request.fail(error);
      request.stop(error);
    } finally {
      this.#underWay.delete(request);
    }
  }

  /** A window that is what was asked for, of the version that is being read, and as long as the object allows. */
  async #checked(range: ByteRange, read: Promise<ByteWindow>): Promise<ByteWindow> {
    const window = await read;
    const { id } = this.#source;
    const asked = "suffix" in range ? range.suffix : range.length;
    const misplaced = !("suffix" in range) && window.bytes.length > 0 && window.offset !== range.offset;
    if (window.bytes.length > asked || misplaced)
      throw new StorageError(
        `${id} gave ${window.bytes.length} bytes from ${window.offset} where ${rangeText(range)} were asked for`,
        { source: id },
      );
    this.#identity.accept(window);
    const { size } = this.#identity;
    const expected = size === undefined ? undefined : locateRange(range, size).length;
    if (expected !== undefined && window.bytes.length < expected)
      throw new ShortReadError(`${id}: ${window.bytes.length} of ${expected} bytes came from ${window.offset}`, {
        source: id,
        expected,
        found: window.bytes.length,
      });
    return window.size === size ? window : { ...window, size };
  }
}

/** Finds, among requests under way, one that a read is part of. */
class RequestsUnderWay {
  readonly #requests: (MergedRequest & { range: PlacedRange })[];

  constructor(requests: Iterable<MergedRequest>) {
    const isPlaced = (request: MergedRequest): request is MergedRequest & { range: PlacedRange } =>
      !("suffix" in request.range);
    this.#requests = [...requests].filter(isPlaced).sort((left, right) => left.range.offset - right.range.offset);
  }

  find(offset: number, length: number): MergedRequest | undefined {
    let low = 0;
    let high = this.#requests.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#requests[middle]!.range.offset <= offset) low = middle + 1;
      else high = middle;
    }
    const candidate = this.#requests[low - 1];
    return candidate?.holds(offset, length) ? candidate : undefined;
  }
}

/** Aborts when every one of the requests has been given up. */
function signalOfAll(requests: readonly MergedRequest[]): AbortSignal {
  if (requests.length === 1) return requests[0]!.signal;
  const controller = new AbortController();
  let left = requests.length;
  for (const { signal } of requests)
    signal.addEventListener(
      "abort",
      () => {
        left--;
        if (left === 0) controller.abort(signal.reason);
      },
      { once: true },
    );
  return controller.signal;
}
