import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ByteStore, type CallOptions, throwIfAborted } from "@lazynwb/core";
import { keyParts, prefixParts } from "../store-key.ts";
import { fileError } from "./file-errors.ts";
import { filePathId, fileSource } from "./file-source.ts";
import type { OpenFiles } from "./open-files.ts";

/**
 * The files below a folder. Symbolic links in it are followed, as its owner means them to be (annexed datasets are made of them);
 * a key never leads out of it by itself.
 *
 * @remarks `list` goes through folders in the order of their names, and through none twice.
 */
export function fileStore(folder: string, options: { readonly files?: OpenFiles | undefined } = {}): ByteStore {
  const root = resolve(folder);
  const id = filePathId(folder);
  return {
    id,
    open: (key) => fileSource(join(root, ...keyParts(key, id)), options),
    list: (prefix, call) => listBelow(root, prefixParts(prefix, id), id, call),
  };
}

async function* listBelow(
  root: string,
  parts: readonly string[],
  source: string,
  options: CallOptions | undefined,
): AsyncGenerator<{ key: string; size: number }> {
  throwIfAborted(options);
  const above = new Set<string>();
  for (let depth = 0; depth < parts.length; depth++) {
    const folder = join(root, ...parts.slice(0, depth));
    above.add(await realpath(folder).catch(async (error) => Promise.reject(await fileError(error, folder, source))));
  }
  yield* listFolder(root, parts, source, options, above);
}

async function* listFolder(
  root: string,
  parts: readonly string[],
  source: string,
  options: CallOptions | undefined,
  above: ReadonlySet<string>,
): AsyncGenerator<{ key: string; size: number }> {
  throwIfAborted(options);
  const folder = join(root, ...parts);
  let names: string[];
  let real: string;
  try {
    names = (await readdir(folder)).sort();
    real = await realpath(folder);
  } catch (error) {
    throw await fileError(error, folder, source);
  }
  // A link to a folder above would never end.
  if (above.has(real)) return;
  for (const name of names) {
    const stats = await stat(join(folder, name)).catch(() => undefined);
    if (stats?.isFile()) yield { key: [...parts, name].join("/"), size: stats.size };
    else if (stats?.isDirectory())
      yield* listFolder(root, [...parts, name], source, options, new Set([...above, real]));
  }
}
