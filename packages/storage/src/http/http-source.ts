import {
  type ByteRange,
  type ByteSource,
  type ByteWindow,
  type CallOptions,
  RangeIgnoredError,
  ShortReadError,
  StorageError,
  throwIfAborted,
} from "@lazynwb/core";
import { leavable } from "../abort.ts";
import { checkRange, checkWindowLength, locateRange, rangeText } from "../byte-range.ts";
import type { CountedSource } from "../counting-source.ts";
import { KnownIdentity } from "../identity.ts";
import { countsIn, RequestLedger } from "../request-ledger.ts";
import { type ContentRange, contentLength, isCompressed, parseContentRange } from "./content-range.ts";
import { type Fetch, type HttpAnswer, HttpClient } from "./http-client.ts";
import { statusError } from "./http-errors.ts";

/** Defaults of `httpSource`. */
export const DEFAULT_HTTP = {
  /**
   * A server that ignores Range and sends the whole object is put up with to this size, and asked only once. 64 MiB: what
   * lazynwb 1.0 keeps of one object, and 5 s at 100 Mbit/s; a session's file is mostly larger, and then the error helps more.
   */
  wholeBodyBytes: 64 * 2 ** 20,
  /** A connection that is silent for this long is given up. S3 and GCS answer or fail within 30 s. */
  idleTimeoutMs: 60_000,
  /** A DANDI download takes one; the fetch standard stops at 20. */
  maxRedirects: 5,
} as const;

export interface HttpSourceOptions {
  /** Sent to the URL's own origin only, never to where it redirects elsewhere. Copied. */
  readonly headers?: HeadersInit | undefined;
  /** The platform's own where left out. */
  readonly fetch?: Fetch | undefined;
  /** The public URL where left out. */
  readonly id?: string | undefined;
  /** False where `bytes=-N` costs more than a read of the head: in browsers it asks for a CORS preflight. */
  readonly suffix?: boolean | undefined;
  readonly wholeBodyBytes?: number | undefined;
  readonly idleTimeoutMs?: number | undefined;
  readonly maxRedirects?: number | undefined;
  /** Where requests are counted, for objects that shall count as one. */
  readonly ledger?: RequestLedger | undefined;
}

/**
 * An object behind an HTTP(S) URL, read by ranged GETs, one attempt each: `openSource` adds retries, merging, limits and a cache.
 *
 * @throws StorageError where `url` is no HTTP address.
 * @remarks I/O: none until it is read. The size, ETag and Last-Modified come with the first answer; a later answer that differs is
 * a SourceChangedError. Conditional headers are not sent: they would cost a browser a preflight, and each answer is checked.
 * | answer to a ranged GET | result |
 * |---|---|
 * | 206 that fits | the window |
 * | 206 without Content-Range (hidden by CORS) | the window; the size stays unknown; a short one is proven by one more request |
 * | 206 that does not fit, or is compressed or multipart | StorageError |
 * | 200, at most `wholeBodyBytes` | the body is kept; this and later reads are cut from it |
 * | 200, larger | the body is cut off, RangeIgnoredError |
 * | 416 | zero bytes, where the range begins at or behind the end |
 * | 401, 403, 407 / 404, 410 / 412 | AccessDeniedError / SourceNotFoundError / SourceChangedError |
 * | any other | HttpStatusError |
 */
export function httpSource(url: string | URL, options: HttpSourceOptions = {}): CountedSource {
  if (!URL.canParse(url)) throw new StorageError("this is no URL; give one such as https://host/path/file.nwb");
  const parsed = new URL(url);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:")
    throw new StorageError(`${parsed.protocol} is no scheme of an HTTP address`);
  return new HttpSource(parsed, options);
}

/** Whether this is a browser or one of its workers, where CORS rules. */
function isBrowser(): boolean {
  return "window" in globalThis || "importScripts" in globalThis;
}

class HttpSource implements CountedSource {
  readonly id: string;
  readonly hints: NonNullable<ByteSource["hints"]>;
  readonly #client: HttpClient;
  readonly #ledger: RequestLedger;
  readonly #identity: KnownIdentity;
  readonly #wholeBodyBytes: number;
  #kept: Uint8Array | undefined;
  #keeping: Promise<Uint8Array> | undefined;

  constructor(url: URL, options: HttpSourceOptions) {
    this.#ledger = options.ledger ?? new RequestLedger();
    this.#client = new HttpClient(url, {
      headers: options.headers,
      fetch: options.fetch ?? ((target, init) => fetch(target, init)),
      idleTimeoutMs: options.idleTimeoutMs ?? DEFAULT_HTTP.idleTimeoutMs,
      maxRedirects: options.maxRedirects ?? DEFAULT_HTTP.maxRedirects,
      ledger: this.#ledger,
    });
    this.id = options.id ?? this.#client.source;
    this.#identity = new KnownIdentity(this.id);
    this.#wholeBodyBytes = options.wholeBodyBytes ?? DEFAULT_HTTP.wholeBodyBytes;
    countsIn(this, this.#ledger);
    this.hints = { suffix: options.suffix ?? !isBrowser() };
  }

  counters() {
    return this.#ledger.counters();
  }

  async read(range: ByteRange, options?: CallOptions): Promise<ByteWindow> {
    throwIfAborted(options);
    checkRange(range, this.id);
    for (;;) {
      const kept = await this.#waitForKept(options?.signal);
      if (kept !== undefined) return this.#cut(kept, range);
      const size = this.#identity.size;
      const wanted = size === undefined ? range : locateRange(range, size);
      const length = "suffix" in wanted ? wanted.suffix : wanted.length;
      if (length === 0) return this.#window(new Uint8Array(0), "suffix" in wanted ? (size ?? 0) : wanted.offset);
      const answer = await this.#client.get(rangeHeader(wanted), options?.signal);
      const { status } = answer.response;
      if (status === 206) return this.#partial(answer, wanted, options);
      if (status === 200 && this.#keeping === undefined) return this.#cut(await this.#keepWhole(answer), range);
      answer.drop();
      // Another read is already taking the whole object: wait for that one.
      if (status === 200) continue;
      if (status === 416) return this.#unsatisfiable(answer.response, wanted, options);
      throw statusError(answer.response, this.id);
    }
  }

  #window(bytes: Uint8Array, offset: number): ByteWindow {
    return { bytes, offset, ...this.#identity.facts };
  }

  #cut(whole: Uint8Array, range: ByteRange): ByteWindow {
    const { offset, length } = locateRange(range, whole.length);
    return this.#window(whole.subarray(offset, offset + length), offset);
  }

  #accept(headers: Headers, size: number | undefined): void {
    const modified = Date.parse(headers.get("last-modified") ?? "");
    const etag = headers.get("etag") ?? undefined;
    this.#identity.accept({ etag, size, lastModified: Number.isNaN(modified) ? undefined : modified });
  }

  #misfit(answer: HttpAnswer, range: ByteRange, why: string): StorageError {
    answer.drop();
    return new StorageError(`${this.id}: ${rangeText(range)} were asked for, and ${why}`, { source: this.id });
  }

  async #partial(answer: HttpAnswer, range: ByteRange, options: CallOptions | undefined): Promise<ByteWindow> {
    const { headers } = answer.response;
    if (isCompressed(headers))
      throw this.#misfit(answer, range, "the server sent them compressed, so that offsets mean nothing");
    if (headers.get("content-type")?.toLowerCase().startsWith("multipart/"))
      throw this.#misfit(answer, range, "the server sent them in several parts");
    const header = headers.get("content-range");
    const sent = header === null ? undefined : parseContentRange(header);
    if (header !== null && !fits(sent, range))
      throw this.#misfit(answer, range, `the server sent "${header.slice(0, 100)}"`);
    const asked = "suffix" in range ? range.suffix : range.length;
    const expected = sent === undefined ? (contentLength(headers) ?? asked) : sent.stop! - sent.start!;
    const most = sent === undefined ? asked : expected;
    try {
      checkWindowLength(expected, this.id);
      this.#accept(headers, sent?.size);
    } catch (error) {
      answer.drop();
      throw error;
    }
    const { bytes, overflowed } = await answer.read(Math.min(expected, most), most);
    if (overflowed)
      throw new StorageError(`${this.id}: more than the ${most} bytes asked for were sent`, { source: this.id });
    if (sent !== undefined && bytes.length < expected) throw this.#short(range, expected, bytes.length);
    if ("suffix" in range) return this.#tail(bytes, range, sent, options);
    if (bytes.length < range.length) await this.#proveEnd(range, bytes.length, options);
    return this.#window(bytes, range.offset);
  }

  #short(range: ByteRange, expected: number, found: number): ShortReadError {
    return new ShortReadError(`${this.id}: ${found} of ${expected} bytes came of ${rangeText(range)}`, {
      source: this.id,
      expected,
      found,
    });
  }

  /** Fewer bytes than asked are right only where the object ends with them. */
  async #proveEnd(
    range: { offset: number; length: number },
    found: number,
    options: CallOptions | undefined,
  ): Promise<void> {
    const stop = range.offset + found;
    if (this.#identity.size === undefined) {
      const answer = await this.#client.get(rangeHeader({ offset: stop, length: 1 }), options?.signal);
      answer.drop();
      if (answer.response.status === 416) this.#accept(answer.response.headers, stop);
    }
    if (this.#identity.size !== stop) throw this.#short(range, range.length, found);
  }

  /** Where a tail begins is told by Content-Range, or follows from the size. */
  async #tail(
    bytes: Uint8Array,
    range: { suffix: number },
    sent: ContentRange | undefined,
    options: CallOptions | undefined,
  ): Promise<ByteWindow> {
    if (sent?.start !== undefined) return this.#window(bytes, sent.start);
    if (this.#identity.size === undefined) await this.#learnSize(options);
    const size = this.#identity.size!;
    if (bytes.length !== Math.min(size, range.suffix))
      throw this.#short(range, Math.min(size, range.suffix), bytes.length);
    return this.#window(bytes, size - bytes.length);
  }

  /** Content-Length is one of the few headers that CORS never hides: a GET of everything tells it, and is then cut off. */
  async #learnSize(options: CallOptions | undefined): Promise<void> {
    const answer = await this.#client.get(undefined, options?.signal);
    answer.drop();
    if (answer.response.status !== 200) throw statusError(answer.response, this.id);
    const size = contentLength(answer.response.headers);
    if (size === undefined)
      throw new StorageError(
        `${this.id}: the server hides Content-Range and Content-Length; let it send Access-Control-Expose-Headers: Content-Range, ETag`,
        { source: this.id },
      );
    this.#accept(answer.response.headers, size);
  }

  /** HTTP 416: nothing lies in the range, which is right at and behind the end only. */
  async #unsatisfiable(response: Response, range: ByteRange, options: CallOptions | undefined): Promise<ByteWindow> {
    const header = response.headers.get("content-range");
    const told = header === null ? undefined : parseContentRange(header)?.size;
    const offset = "suffix" in range ? 0 : range.offset;
    this.#accept(response.headers, told);
    // Where the size is hidden, only an empty object has nothing at its beginning: that is worth a look.
    if (this.#identity.size === undefined && offset === 0) await this.#learnSize(options);
    const { size } = this.#identity;
    if (size !== undefined && offset < size)
      throw new StorageError(`${this.id}: the server refuses ${rangeText(range)} of ${size} (HTTP 416)`, {
        source: this.id,
      });
    return this.#window(new Uint8Array(0), size ?? offset);
  }

  /** The whole object, where the server has sent it once or is about to. */
  async #waitForKept(signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    while (this.#kept === undefined && this.#keeping !== undefined) {
      try {
        await leavable(this.#keeping, signal);
      } catch {
        // The read that took it failed or was given up: this one asks for itself.
        signal?.throwIfAborted();
      }
    }
    return this.#kept;
  }

  /** The server ignored the range: its whole object is taken where it is small. */
  async #keepWhole(answer: HttpAnswer): Promise<Uint8Array> {
    this.#keeping = this.#keep(answer);
    try {
      return await this.#keeping;
    } finally {
      this.#keeping = undefined;
    }
  }

  async #keep(answer: HttpAnswer): Promise<Uint8Array> {
    const { headers } = answer.response;
    const length = contentLength(headers);
    const ignored = (size: string) =>
      new RangeIgnoredError(
        `the server of ${this.id} ignores Range and sends ${size} bytes, more than the ${this.#wholeBodyBytes} that are taken whole; download the file, or serve it by a server that knows ranges`,
        { source: this.id },
      );
    try {
      this.#accept(headers, length);
      if (length !== undefined && length > this.#wholeBodyBytes) throw ignored(`${length}`);
    } catch (error) {
      answer.drop();
      throw error;
    }
    const { bytes, overflowed } = await answer.read(length, this.#wholeBodyBytes);
    if (overflowed) throw ignored(`more than ${this.#wholeBodyBytes}`);
    if (length !== undefined && bytes.length !== length) throw this.#short({ offset: 0, length }, length, bytes.length);
    this.#accept(headers, bytes.length);
    this.#kept = bytes;
    return bytes;
  }

  async close(): Promise<void> {
    this.#kept = undefined;
  }
}

function rangeHeader(range: ByteRange): string {
  return "suffix" in range ? `bytes=-${range.suffix}` : `bytes=${range.offset}-${range.offset + range.length - 1}`;
}

/** Whether what a server says it sent is (the beginning of) what was asked for. */
function fits(sent: ContentRange | undefined, range: ByteRange): boolean {
  if (sent?.start === undefined || sent.stop === undefined) return false;
  if (!("suffix" in range)) return sent.start === range.offset && sent.stop <= range.offset + range.length;
  if (sent.stop - sent.start > range.suffix) return false;
  return sent.size === undefined || (sent.stop === sent.size && sent.start === Math.max(0, sent.size - range.suffix));
}
