import { NetworkError, StorageError } from "@lazynwb/core";
import { onAbort } from "../abort.ts";
import { decodedPart, publicUrl } from "../public-url.ts";
import { type Redact, redactor, safeCause } from "../redact.ts";
import type { RequestLedger } from "../request-ledger.ts";
import { type Body, dropBody, readBody } from "./http-body.ts";

/** A fetch that can stand in for the platform's own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpClientOptions {
  readonly headers: HeadersInit | undefined;
  readonly fetch: Fetch;
  readonly idleTimeoutMs: number;
  readonly maxRedirects: number;
  readonly ledger: RequestLedger;
}

/** An answer whose headers have come. Exactly one of `read` and `drop` is called, once. */
export interface HttpAnswer {
  readonly response: Response;
  /** @throws NetworkError where the connection breaks. */
  read(expected: number | undefined, most: number): Promise<Body>;
  drop(): void;
}

interface Target {
  readonly url: URL;
  /** Whether the caller's headers may be sent there: never to another origin than the one the caller named. */
  readonly trusted: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Answers by which a redirect's target says that it has expired: the redirect is then asked for anew. */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 404, 410]);

/** Sends GETs for one URL: follows redirects without giving the caller's headers away, counts, and turns failures into errors. */
export class HttpClient {
  readonly source: string;
  readonly #origin: Target;
  readonly #headers: readonly (readonly [string, string])[];
  readonly #options: HttpClientOptions;
  readonly #redact: Redact;
  #known: Target | undefined;
  #follow: RequestRedirect = "manual";

  constructor(url: URL, options: HttpClientOptions) {
    this.source = publicUrl(url);
    const bare = new URL(url);
    const headers = new Headers(options.headers);
    if (bare.username !== "" || bare.password !== "") {
      if (!headers.has("authorization")) headers.set("authorization", basicAuthorization(bare));
      bare.username = "";
      bare.password = "";
    }
    bare.hash = "";
    this.#headers = [...headers];
    this.#redact = redactor(url, this.#headers);
    this.#origin = { url: bare, trusted: true };
    this.#options = options;
  }

  /** @param range - the value of the Range header; undefined asks for the whole object. */
  async get(range: string | undefined, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const known = this.#known;
    if (known !== undefined) {
      let expired = true;
      try {
        const answer = await this.#walk(known, range, signal);
        expired = EXPIRED.has(answer.response.status);
        if (!expired) return answer;
        answer.drop();
      } finally {
        if (expired && !signal?.aborted && this.#known === known) this.#known = undefined;
      }
    }
    return this.#walk(this.#origin, range, signal);
  }

  /** Follows redirects from a target, and remembers where they led. */
  async #walk(from: Target, range: string | undefined, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    let target = from;
    for (let hop = 0; ; hop++) {
      const answer = await this.#send(target, range, signal);
      const { response } = answer;
      if (response.type === "opaqueredirect") {
        answer.drop();
        this.#trustBrowser();
        continue;
      }
      const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
      if (location === null) {
        if (target !== this.#origin && response.ok) this.#known = target;
        return answer;
      }
      answer.drop();
      if (hop >= this.#options.maxRedirects)
        throw this.#error(`${this.source} redirects more than ${this.#options.maxRedirects} times`);
      target = this.#next(target, location);
    }
  }

  /** A browser hides where a redirect leads: it is followed blindly only where there are no headers to give away. */
  #trustBrowser(): void {
    if (this.#headers.length > 0 || this.#follow === "follow")
      throw this.#error(
        `${this.source} redirects, and this platform would send your headers along to a place it does not tell; give the final URL`,
      );
    this.#follow = "follow";
  }

  #next(target: Target, location: string): Target {
    const url = URL.parse(location, target.url);
    if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
      throw this.#error(`${this.source} redirects to something that is no HTTP address`);
    if (target.url.protocol === "https:" && url.protocol === "http:")
      throw this.#error(`${this.source} redirects from https to http (${url.host}), which is not followed`);
    url.username = "";
    url.password = "";
    return { url, trusted: target.trusted && url.origin === this.#origin.url.origin };
  }

  #error(message: string): StorageError {
    return new StorageError(message, { source: this.source });
  }

  async #send(target: Target, range: string | undefined, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    signal?.throwIfAborted();
    const { fetch, ledger } = this.#options;
    const attempt = new Attempt(signal, this.#options.idleTimeoutMs);
    const headers = new Headers(target.trusted ? (this.#headers as [string, string][]) : []);
    if (range !== undefined) headers.set("range", range);
    // Lengths are of the object's own bytes: nothing may be packed on the way. With a range, fetch asks for that by itself.
    else headers.set("accept-encoding", "identity");
    const answered = ledger.send();
    try {
      const response = await fetch(target.url.href, {
        headers,
        redirect: this.#follow,
        signal: attempt.signal,
        // The browser's own cache lets one request for a URL through at a time.
        cache: "no-store",
      });
      attempt.touch();
      return this.#answer(response, attempt, answered, target);
    } catch (error) {
      attempt.end();
      throw this.#failure(error, attempt, signal, target, 0);
    }
  }

  #answer(
    response: Response,
    attempt: Attempt,
    answered: (bytes: number, complete?: boolean) => void,
    target: Target,
  ): HttpAnswer {
    let taken = 0;
    return {
      response,
      read: async (expected, most) => {
        let complete = false;
        try {
          const body = await readBody(response, {
            expected,
            most,
            onBytes: (count) => {
              taken += count;
              attempt.touch();
            },
          });
          complete = true;
          return body;
        } catch (error) {
          throw this.#failure(error, attempt, attempt.caller, target, taken);
        } finally {
          attempt.end();
          answered(taken, complete);
        }
      },
      drop: () => {
        attempt.end();
        answered(0);
        dropBody(response);
      },
    };
  }

  /** The caller's own reason where it aborted; else what became of the connection. */
  #failure(error: unknown, attempt: Attempt, signal: AbortSignal | undefined, target: Target, taken: number): unknown {
    if (signal?.aborted) return signal.reason;
    const { host } = target.url;
    const source = this.source;
    if (attempt.idle)
      return new NetworkError(`${host} sent nothing for ${this.#options.idleTimeoutMs} ms while ${source} was read`, {
        source,
      });
    const cause = safeCause(error, this.#redact);
    const code = (cause as { code?: string }).code;
    const why = code === undefined ? cause.message : `${code}: ${cause.message}`;
    const what = taken > 0 ? `the connection to ${host} broke` : `no answer from ${host}`;
    return new NetworkError(`${what} while ${source} was read (${why})`, { source, cause });
  }
}

/** One request's own abort signal: the caller's, and the one for a connection that has fallen silent. */
class Attempt {
  readonly caller: AbortSignal | undefined;
  idle = false;
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  readonly #forget: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(caller: AbortSignal | undefined, idleMs: number) {
    this.caller = caller;
    this.#idleMs = idleMs;
    this.#forget = onAbort(caller, () => {
      this.end();
      this.#controller.abort(caller?.reason);
    });
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    clearTimeout(this.#timer);
    if (this.#controller.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.idle = true;
      this.#controller.abort(new Error("idle"));
    }, this.#idleMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }
}

function basicAuthorization(url: URL): string {
  const plain = `${decodedPart(url.username)}:${decodedPart(url.password)}`;
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(plain)))}`;
}
