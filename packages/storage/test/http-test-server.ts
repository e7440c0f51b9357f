import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** How an object is served; without any of these, as a good object store would. */
export interface Serving {
  readonly etag?: string | ((count: number) => string | undefined);
  readonly lastModified?: string;
  readonly ignoreRange?: boolean | ((count: number) => boolean);
  /** Without Content-Length, in chunks. */
  readonly chunked?: boolean;
  readonly contentRange?: false | ((start: number, stop: number, size: number) => string);
  /** So many bytes fewer are sent, and Content-Length says so. */
  readonly shortBy?: number;
  /** The connection breaks after so many bytes. */
  readonly cutAfter?: number;
  /** Nothing more comes after so many bytes, and the connection stays. */
  readonly stallAfter?: number;
  /** Answers given before the object is served as it should be; 0 breaks the connection. */
  readonly statuses?: readonly number[];
  readonly retryAfter?: string;
  readonly redirectTo?: string | ((count: number) => string | undefined);
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  readonly gzip?: boolean;
  /** Sent in place of the range that was asked for. */
  readonly shiftBy?: number;
  /** Needed to be let in. */
  readonly authorization?: string;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** 1 + the deepest level already answered for the same path. */
  readonly level: number;
}

/** A server of objects in memory, with every fault that a test asks for. It counts rounds as the project's range server does. */
export class HttpTestServer {
  readonly log: LoggedRequest[] = [];
  bytesSent = 0;
  connections = 0;
  inFlight = 0;
  maxInFlight = 0;
  readonly #objects = new Map<string, { bytes: Uint8Array; serving: Serving; count: number }>();
  readonly #answered = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  static async start(): Promise<HttpTestServer> {
    const server = new HttpTestServer();
    server.#server.on("connection", () => server.connections++);
    server.#server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  /** Serves bytes at a path. @returns the URL. */
  serve(path: string, bytes: Uint8Array, serving: Serving = {}): string {
    this.#objects.set(path, { bytes, serving, count: 0 });
    return this.origin + path;
  }

  requests(path: string): LoggedRequest[] {
    return this.log.filter((request) => request.path === path);
  }

  rounds(path: string): number {
    return Math.max(0, ...this.requests(path).map(({ level }) => level));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.origin);
    const path = decodeURIComponent(url.pathname);
    const level = (this.#answered.get(path) ?? 0) + 1;
    this.log.push({ method: request.method!, path, query: url.search, headers: request.headers, level });
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    response.once("finish", () => this.#answered.set(path, Math.max(this.#answered.get(path) ?? 0, level)));
    response.once("close", () => this.inFlight--);
    const object = this.#objects.get(path);
    if (object === undefined) return void response.writeHead(404).end("NoSuchKey");
    const count = object.count++;
    const { serving } = object;
    if (serving.delayMs) await new Promise((resolve) => setTimeout(resolve, serving.delayMs));
    if (serving.authorization !== undefined && request.headers.authorization !== serving.authorization)
      return void response.writeHead(401).end();
    const status = serving.statuses?.[count];
    if (status === 0) return void response.destroy();
    if (serving.retryAfter !== undefined) response.setHeader("retry-after", serving.retryAfter);
    if (status !== undefined) return void response.writeHead(status).end("a body that says why");
    const location = typeof serving.redirectTo === "function" ? serving.redirectTo(count) : serving.redirectTo;
    if (location !== undefined) return void response.writeHead(302, { location }).end();
    this.#send(request, response, object.bytes, serving, count);
  }

  #send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, serving: Serving, count: number): void {
    for (const [name, value] of Object.entries(serving.headers ?? {})) response.setHeader(name, value);
    const etag = typeof serving.etag === "function" ? serving.etag(count) : serving.etag;
    if (etag !== undefined) response.setHeader("etag", etag);
    if (serving.lastModified !== undefined) response.setHeader("last-modified", serving.lastModified);
    const ignored = typeof serving.ignoreRange === "function" ? serving.ignoreRange(count) : serving.ignoreRange;
    const range = ignored ? null : /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
    const size = bytes.length;
    if (range === null) {
      this.#body(response, 200, bytes, serving);
      return;
    }
    let start = range[1] === "" ? Math.max(0, size - Number(range[2])) : Number(range[1]);
    let stop = range[1] === "" || range[2] === "" ? size : Math.min(size, Number(range[2]) + 1);
    if (start >= stop) {
      if (serving.contentRange !== false) response.setHeader("content-range", `bytes */${size}`);
      return void response.writeHead(416).end();
    }
    start += serving.shiftBy ?? 0;
    stop += serving.shiftBy ?? 0;
    if (serving.contentRange !== false)
      response.setHeader(
        "content-range",
        serving.contentRange?.(start, stop, size) ?? `bytes ${start}-${stop - 1}/${size}`,
      );
    this.#body(response, 206, bytes.subarray(start, stop), serving);
  }

  #body(response: ServerResponse, status: number, whole: Uint8Array, serving: Serving): void {
    let body = whole.subarray(0, whole.length - (serving.shortBy ?? 0));
    if (serving.gzip) {
      body = gzipSync(body);
      response.setHeader("content-encoding", "gzip");
    }
    if (!serving.chunked) response.setHeader("content-length", body.length);
    response.writeHead(status);
    if (serving.cutAfter !== undefined) {
      response.write(body.subarray(0, serving.cutAfter), () => setTimeout(() => response.destroy(), 5));
      return;
    }
    if (serving.stallAfter !== undefined) {
      response.write(body.subarray(0, serving.stallAfter));
      return;
    }
    this.bytesSent += body.length;
    response.end(body);
  }
}
