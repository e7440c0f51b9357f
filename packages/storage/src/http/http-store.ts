import type { ByteStore } from "@lazynwb/core";
import { publicUrl } from "../public-url.ts";
import { countsIn } from "../request-ledger.ts";
import { keyParts } from "../store-key.ts";
import { type HttpSourceOptions, httpSource } from "./http-source.ts";

/**
 * The objects below an HTTP(S) URL. Its query goes with every key, as a shared access signature must. Such a store cannot be listed.
 *
 * @param base - a folder; a slash is added where it has none at its end.
 * @param options - as for `httpSource`, of each object; `id` is the store's. With `ledger` all keys count as one object.
 */
export function httpStore(base: string | URL, options: HttpSourceOptions = {}): ByteStore {
  const folder = new URL(base);
  if (!folder.pathname.endsWith("/")) folder.pathname += "/";
  const { id = publicUrl(folder), ledger, ...each } = options;
  const store: ByteStore = {
    id,
    open(key) {
      const url = new URL(folder);
      url.pathname += keyParts(key, id).map(encodeURIComponent).join("/");
      return httpSource(url, { ...each, ledger });
    },
    ...(ledger && { counters: () => ledger.counters() }),
  };
  if (ledger !== undefined) countsIn(store, ledger);
  return store;
}
