import type { ByteSource, ByteStore, CallOptions, Source } from "@lazynwb/core";
import type { Fetch } from "./http/http-client.ts";
import type { RequestLedger } from "./request-ledger.ts";

/** What a user may name as a source. */
export type SourceInput = string | URL | Blob | Uint8Array | ArrayBuffer | ByteSource | ByteStore | Source;

/** What a storage lends its transports. */
export interface TransportContext {
  readonly fetch: Fetch | undefined;
  /** The headers that the user gave for a URL. */
  headersFor(url: URL): HeadersInit | undefined;
  /** A name that no other object of this storage has: `name`, then `name#2` ... The same object keeps its own. */
  nameOf(object: object, name: string): string;
  /** Where requests for an object of this id are counted. */
  ledger(id: string): RequestLedger;
}

/** A way to bytes: turns inputs that it knows into bare sources. The storage puts merging, limits and caches round them. */
export interface Transport {
  readonly name: string;
  /** undefined: not mine. Several where one input names several, as a glob does. */
  resolve(
    input: SourceInput,
    context: TransportContext,
    options?: CallOptions,
  ): Promise<readonly Source[] | undefined> | readonly Source[] | undefined;
}

/** The scheme of a URL-like text, lower case, without the colon. A Windows drive is none. */
export function schemeOf(input: string | URL): string | undefined {
  if (input instanceof URL) return input.protocol.slice(0, -1);
  const match = /^([a-z][a-z0-9+.-]+):(\/\/)?/i.exec(input);
  if (match === null) return undefined;
  const scheme = match[1]!.toLowerCase();
  // A file name may hold a colon: without slashes only well-known schemes count.
  return match[2] !== undefined || ["http", "https", "file", "blob", "data"].includes(scheme) ? scheme : undefined;
}
