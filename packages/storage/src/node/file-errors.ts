import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AccessDeniedError, closeNames, type LazyNwbError, SourceNotFoundError, StorageError } from "@lazynwb/core";

/** What a system call's failure means for a file that was to be read. */
export async function fileError(cause: unknown, path: string, source: string): Promise<LazyNwbError> {
  const { code, message } = cause as { code?: string; message?: string };
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new SourceNotFoundError(`there is no file ${source}${await suggestion(path)}`, { source, cause });
    case "EACCES":
    case "EPERM":
      return new AccessDeniedError(`the file ${source} may not be read (${code}); check its permissions`, {
        source,
        cause,
      });
    case "EISDIR":
      return folderError(source);
    default:
      return new StorageError(`the file ${source} cannot be read: ${message ?? String(cause)}`, { source, cause });
  }
}

/** A folder was given where a file is wanted. */
export function folderError(source: string): StorageError {
  return new StorageError(`${source} is a folder, not a file; name a file in it, or a glob such as ${source}/*.nwb`, {
    source,
  });
}

/** Names beside a missing file that may have been meant. */
async function suggestion(path: string): Promise<string> {
  const folder = dirname(path);
  try {
    const close = closeNames(basename(path), await readdir(folder));
    return close.length > 0 ? `; close to it: ${close.join(", ")}` : "";
  } catch {
    return `: there is no folder ${folder}`;
  }
}
