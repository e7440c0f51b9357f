import { fileTransport } from "./node/file-transport.ts";
import type { OpenFiles } from "./node/open-files.ts";
import type { Transport } from "./transport.ts";

export { type FileSourceOptions, filePathId, fileSource } from "./node/file-source.ts";
export { fileStore } from "./node/file-store.ts";
export { fileTransport } from "./node/file-transport.ts";
export { DEFAULT_OPEN_FILES, type OpenFiles, openFiles } from "./node/open-files.ts";

/** What Node adds to a storage: paths, `file:` URLs, folders and globs. */
export function nodeTransports(options: { readonly files?: OpenFiles | undefined } = {}): Transport[] {
  return [fileTransport(options)];
}
