import { glob, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CallOptions,
  closeNames,
  type Source,
  SourceNotFoundError,
  StorageError,
  throwIfAborted,
} from "@lazynwb/core";
import { schemeOf, type Transport } from "../transport.ts";
import { filePathId, fileSource } from "./file-source.ts";
import { fileStore } from "./file-store.ts";
import { type OpenFiles, openFiles } from "./open-files.ts";

/**
 * Paths, `file:` URLs, folders and globs of this machine. A folder becomes a store; of a file, the siblings may be reached too. Whether
 * a file is there is found out when it is read.
 */
export function fileTransport(options: { readonly files?: OpenFiles | undefined } = {}): Transport {
  const files = options.files ?? openFiles();
  return {
    name: "file",
    async resolve(input, _context, call) {
      const path = localPath(input);
      if (path === undefined) return undefined;
      const found = await kindOf(path);
      if (found === undefined && /[*?[{]/.test(path)) {
        const paths = await expand(path, call);
        return Promise.all(paths.map(async (one) => openPath(one, await kindOf(one), files)));
      }
      return [openPath(path, found, files)];
    },
  };
}

function localPath(input: unknown): string | undefined {
  if (!(typeof input === "string" || input instanceof URL)) return undefined;
  const scheme = schemeOf(input);
  if (scheme === "file") {
    try {
      return fileURLToPath(input);
    } catch (cause) {
      throw new StorageError(`this file: URL names no local file: ${(cause as Error).message}`, { cause });
    }
  }
  if (scheme !== undefined) return undefined;
  const path = String(input);
  if (path === "" || path.includes("\0")) throw new StorageError("an empty path names no file");
  return resolve(path);
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats && (stats.isDirectory() ? "folder" : "file");
}

function openPath(path: string, kind: "file" | "folder" | undefined, files: OpenFiles): Source {
  const id = filePathId(path);
  if (kind === "folder") return { id, store: fileStore(path, { files }) };
  return { id, bytes: fileSource(path, { files }), store: fileStore(dirname(path), { files }) };
}

/** The files and folders that a pattern names, in the order of their paths. */
async function expand(pattern: string, call: CallOptions | undefined): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    throwIfAborted(call);
    paths.push(resolve(path));
  }
  if (paths.length === 0) throw new SourceNotFoundError(`no file matches ${pattern}${await suggestion(pattern)}`);
  return paths.sort();
}

/** Files that lie where the pattern looked, and are named nearly so. */
async function suggestion(pattern: string): Promise<string> {
  const names: string[] = [];
  for await (const path of glob(pattern.replace(/[^/\\]*$/, "*"))) names.push(path);
  const close = closeNames(pattern.replace(/[*?[\]{}]/g, ""), names);
  if (close.length > 0) return `; close to it: ${close.join(", ")}`;
  return names.length > 0 ? `; there are ${names.length} other names` : "";
}
