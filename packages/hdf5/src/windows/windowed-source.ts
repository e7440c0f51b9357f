import { type ByteSource, type ByteWindow, type CallOptions, readRanges } from "@lazynwb/core";
import { checkAnswer, checkOwner, encodeIndex, type FileIndex, type Identity, planIndex } from "./file-index.ts";
import { nextTurn } from "./next-turn.ts";
import { onAbort } from "./on-abort.ts";
import { planWindows, type Span } from "./plan-windows.ts";
import { bytesFrom, type Window, type WindowBatch, WindowCache } from "./window-cache.ts";

export interface WindowedSourceOptions {
  readonly overReadBytes: number;
  readonly cacheBytes: number;
  readonly maxGapBytes: number;
  readonly maxRequestBytes: number;
}

/** Metadata goes before data where reads wait for each other: data cannot be asked for without it. */
export const METADATA_PRIORITY = 1;

/** Spans that are remembered for an index, in some 10 MB: those of as many objects or so. */
const MAX_NOTED_SPANS = 200_000;

function versionOf({ etag, lastModified }: Pick<Identity, "etag" | "lastModified">) {
  return { etag, lastModified };
}

interface Waiter {
  readonly spans: readonly Span[];
  readonly priority: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (bytes: (Uint8Array | null)[]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * A source read through cached windows. Reads asked for in one turn, whoever asks, become one batch: planned together,
 * over-read, joined, and answered together, so that callers who walk a file side by side stay side by side.
 *
 * One caller's abort takes nothing from the others; a failed read is not kept.
 */
export class WindowedSource {
  readonly source: ByteSource;
  readonly #options: WindowedSourceOptions;
  readonly #cache: WindowCache;
  #size: number | undefined;
  #version: Pick<Identity, "etag" | "lastModified"> = { etag: undefined, lastModified: undefined };
  /** What the index that the file was opened with is of. */
  #indexed: Identity | undefined;
  /** Spans that were asked for, by where they start: the longest of each. */
  readonly #wanted = new Map<number, number>();
  #queue: Waiter[] = [];

  constructor(source: ByteSource, options: WindowedSourceOptions) {
    this.source = source;
    this.#options = options;
    this.#cache = new WindowCache(options.cacheBytes);
  }

  /** Bytes of the whole object, once an answer has told. */
  get size(): number | undefined {
    return this.#size;
  }

  /**
   * Reads the beginning and the end of the object, together where the source can count from the end.
   *
   * @remarks I/O: one round; two where the size must be learnt first and the head is not all.
   */
  async readEnds(headBytes: number, tailBytes: number, options?: CallOptions): Promise<void> {
    const both = this.source.hints?.suffix !== false && tailBytes > 0;
    const head = { offset: 0, length: headBytes };
    const call = { signal: options?.signal, priority: options?.priority ?? METADATA_PRIORITY };
    const [first, last] = readRanges(this.source, both ? [head, { suffix: tailBytes }] : [head], call);
    const ends = await Promise.allSettled([first!, ...(last ? [last] : [])]);
    options?.signal?.throwIfAborted();
    if (ends[0]!.status === "rejected") throw ends[0]!.reason;
    this.#keep(ends[0]!.value, headBytes);
    // The tail is a guess at what is wanted next: where it cannot be had, its parts are asked for as they are needed.
    if (ends[1]?.status === "fulfilled") this.#keep(ends[1].value, tailBytes);
    if (both || this.#size === undefined || this.#size <= headBytes || tailBytes <= 0) return;
    const start = Math.max(headBytes, this.#size - tailBytes);
    await this.read([{ start, stop: this.#size }], options);
  }

  /**
   * Begins with what was learnt of the same object before.
   *
   * @throws SourceChangedError where the index is of another one.
   */
  useIndex({ identity, pieces }: FileIndex): void {
    checkOwner(identity, this.source.id);
    this.#indexed = identity;
    this.#size = identity.size;
    this.#version = identity;
    for (const { start, bytes } of pieces) {
      const window: Window = { start, stop: start + bytes.length, bytes, used: 0 };
      this.#cache.add(window);
      this.#cache.settle(window);
      this.#note(window);
    }
  }

  /** Whether the object was opened with an index. */
  get isIndexed(): boolean {
    return this.#indexed !== undefined;
  }

  /** What was asked for and is still there, for `useIndex` another time. I/O: none. */
  exportIndex(): Uint8Array {
    const spans = planIndex([...this.#wanted].map(([start, stop]) => ({ start, stop })));
    const pieces = spans.flatMap((span) => {
      const bytes = this.cached(span);
      return bytes === null ? [] : [{ start: span.start, bytes }];
    });
    return encodeIndex({ identity: { id: this.source.id, size: this.#size, ...versionOf(this.#version) }, pieces });
  }

  /** @throws SourceChangedError where an answer shows that the index is of another version of the object. */
  verify(answer: ByteWindow): void {
    if (this.#indexed !== undefined) checkAnswer(this.#indexed, answer, this.source.id);
  }

  /** The bytes of each span; null where the object ends before it does. */
  read(spans: readonly Span[], options?: CallOptions): Promise<(Uint8Array | null)[]> {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    for (const span of spans) this.#note(span);
    const known = spans.map((span) => this.cached(span));
    if (known.every((bytes) => bytes !== null)) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      if (this.#queue.length === 0) nextTurn(() => this.#flush());
      this.#queue.push({ spans, priority: options?.priority ?? METADATA_PRIORITY, signal, resolve, reject });
    });
  }

  /** The bytes of a span where windows hold all of them. */
  cached(span: Span): Uint8Array | null {
    if (span.stop <= span.start) return new Uint8Array(0);
    const windows = this.#cache.covering(span);
    return windows?.every((window) => window.bytes !== undefined) ? bytesFrom(windows, span) : null;
  }

  clear(): void {
    this.#cache.clear();
    this.#wanted.clear();
  }

  #note({ start, stop }: Span): void {
    if (stop > start && stop > (this.#wanted.get(start) ?? 0) && this.#wanted.size < MAX_NOTED_SPANS)
      this.#wanted.set(start, stop);
  }

  #keep(answer: ByteWindow, askedBytes: number): void {
    const { offset, bytes } = answer;
    this.#learn(answer, askedBytes);
    const window: Window = { start: offset, stop: offset + bytes.length, bytes, used: 0 };
    if (bytes.length === 0) return;
    this.#cache.add(window);
    this.#cache.settle(window);
  }

  #learn(answer: ByteWindow, askedBytes: number): void {
    this.verify(answer);
    const { size, offset, bytes, etag, lastModified } = answer;
    if (etag !== undefined || lastModified !== undefined) this.#version = { etag, lastModified };
    if (size !== undefined) this.#size = size;
    else if (bytes.length < askedBytes && (bytes.length > 0 || offset === 0)) this.#size ??= offset + bytes.length;
  }

  #flush(): void {
    const waiters = this.#queue.filter(({ signal, reject }) => {
      if (signal?.aborted) reject(signal.reason);
      return signal?.aborted !== true;
    });
    this.#queue = [];
    if (waiters.length === 0) return;
    const { maxRequestBytes, ...options } = this.#options;
    const missing = planWindows(
      waiters.flatMap(({ spans }) => spans.filter(({ start, stop }) => stop > start)),
      {
        ...options,
        maxSpanBytes: maxRequestBytes,
        size: this.#size,
        coveredFrom: (offset) => this.#cache.from(offset),
      },
    );
    const priority = waiters.reduce((highest, waiter) => Math.max(highest, waiter.priority), 0);
    try {
      if (missing.length > 0) this.#fetch(missing, priority);
      for (const waiter of waiters) this.#answer(waiter);
    } catch (error) {
      for (const { reject } of waiters) reject(error);
    }
  }

  #fetch(spans: readonly Span[], priority: number): void {
    const controller = new AbortController();
    const windows: Window[] = spans.map(({ start, stop }) => ({ start, stop, used: 0 }));
    const answers = readRanges(
      this.source,
      spans.map(({ start, stop }) => ({ offset: start, length: stop - start })),
      { signal: controller.signal, priority },
    );
    const settled = windows.map(async (window, at) => {
      const askedBytes = window.stop - window.start;
      try {
        const answer = await answers[at]!;
        this.#learn(answer, askedBytes);
        window.bytes = answer.bytes.length > askedBytes ? answer.bytes.subarray(0, askedBytes) : answer.bytes;
        window.stop = window.start + window.bytes.length;
      } catch (error) {
        window.failure = { error };
      }
    });
    const ready = Promise.all(settled).then(() => {
      for (const window of windows) {
        window.batch = undefined;
        if (window.failure !== undefined || window.stop === window.start) this.#cache.remove(window);
        else this.#cache.settle(window);
      }
    });
    const batch: WindowBatch = { ready, controller, windows, waiting: 0 };
    for (const window of windows) {
      window.batch = batch;
      this.#cache.add(window);
    }
  }

  /** Waits for the windows of one caller, and gives its bytes. */
  #answer({ spans, signal, resolve, reject }: Waiter): void {
    const needed = spans.map((span) => (span.stop > span.start ? (this.#cache.covering(span) ?? []) : []));
    const batches = new Set(needed.flat().flatMap(({ batch }) => (batch === undefined ? [] : [batch])));
    for (const batch of batches) batch.waiting++;
    let left = false;
    const leave = () => {
      left = true;
      stay?.();
      for (const batch of batches) this.#leave(batch);
    };
    const stay =
      signal &&
      onAbort(signal, () => {
        leave();
        reject(signal.reason);
      });
    Promise.all([...batches].map(({ ready }) => ready)).then(() => {
      if (left) return;
      leave();
      const failed = needed.flat().find(({ failure }) => failure !== undefined);
      if (failed?.failure !== undefined) reject(failed.failure.error);
      else
        resolve(spans.map((span, at) => (span.stop > span.start ? bytesFrom(needed[at]!, span) : new Uint8Array(0))));
    });
  }

  /** One caller less; the last one to leave stops what is still under way, which nobody may join any more. */
  #leave(batch: WindowBatch): void {
    batch.waiting--;
    const underWay = batch.windows.some((window) => window.batch === batch);
    if (batch.waiting > 0 || !underWay) return;
    for (const window of batch.windows) this.#cache.remove(window);
    batch.controller.abort();
  }
}
