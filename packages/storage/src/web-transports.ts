import { StorageError } from "@lazynwb/core";
import { blobSource } from "./blob-source.ts";
import { httpSource } from "./http/http-source.ts";
import { httpStore } from "./http/http-store.ts";
import { memorySource } from "./memory-source.ts";
import { publicUrl } from "./public-url.ts";
import { schemeOf, type Transport, type TransportContext } from "./transport.ts";

/** Bytes that are in memory already. */
export const memoryTransport: Transport = {
  name: "memory",
  resolve(input, context) {
    if (!(input instanceof Uint8Array || input instanceof ArrayBuffer)) return undefined;
    const id = context.nameOf(input, "memory");
    return [{ id, bytes: memorySource(input, { id }) }];
  },
};

/** Blobs, and Files that were dropped or chosen in a browser. */
export const blobTransport: Transport = {
  name: "blob",
  resolve(input, context) {
    if (!(typeof Blob === "function" && input instanceof Blob)) return undefined;
    const id = context.nameOf(input, (input as { name?: string }).name || "blob");
    return [{ id, bytes: blobSource(input, { id }) }];
  },
};

/** URLs of http and https. One that ends in a slash or in `.zarr` is a folder; of another, the siblings may be reached too. */
export const httpTransport: Transport = {
  name: "http",
  resolve(input, context) {
    if (!(typeof input === "string" || input instanceof URL)) return undefined;
    const url = httpUrl(input);
    if (url === undefined) return undefined;
    const { fetch } = context;
    const options = { fetch, headers: context.headersFor(url) };
    if (/(\.zarr|\/)$/i.test(url.pathname)) return [folderSource(url, options, context)];
    const id = publicUrl(url);
    const bytes = httpSource(url, { ...options, id, ledger: context.ledger(id) });
    return [{ id, bytes, store: httpStore(new URL(`.${url.search}`, url), options) }];
  },
};

function folderSource(url: URL, options: Parameters<typeof httpStore>[1], context: TransportContext) {
  const folder = new URL(url);
  folder.pathname = folder.pathname.replace(/\/+$/, "");
  const id = publicUrl(folder);
  return { id, store: httpStore(url, { ...options, id, ledger: context.ledger(id) }) };
}

function httpUrl(input: string | URL): URL | undefined {
  const scheme = schemeOf(input);
  if (scheme === "http" || scheme === "https") {
    if (!URL.canParse(input))
      throw new StorageError("an address that begins with http is no URL: check its host and its %-signs");
    return new URL(input);
  }
  // In a page a bare path means what a link to it would.
  const page = (globalThis as { location?: { href?: string } }).location?.href;
  if (scheme !== undefined || page === undefined || !/^https?:/.test(page) || !URL.canParse(input, page))
    return undefined;
  return new URL(input, page);
}
