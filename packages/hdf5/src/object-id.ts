const PREFIX = "h5:";

/**
 * The identity of an object: its header's address. Hard links to one object share it, as do references to it.
 *
 * @param address - Relative to the base address.
 * @param file - The id of a file that links led to; "" for the file that was opened.
 * @example objectIdOfAddress(800) // "h5:800"
 * @example objectIdOfAddress(800, "/data/b.h5") // "h5:800@/data/b.h5"
 */
export function objectIdOfAddress(address: number, file = ""): string {
  return `${PREFIX}${address}${suffixOf(file)}`;
}

/** What tells the objects of one file from those of another. */
function suffixOf(file: string): string {
  return file === "" ? "" : `@${file}`;
}

/** The identity in the words of the file itself, told from those of other files. */
export function objectIdIn(file: string, objectId: string): string {
  return `${objectId}${suffixOf(file)}`;
}

/** The address behind an identity; null where it is none of a file. */
export function addressOfObjectId(objectId: string, file = ""): number | null {
  const suffix = suffixOf(file);
  if (!objectId.startsWith(PREFIX) || !objectId.endsWith(suffix)) return null;
  const digits = objectId.slice(PREFIX.length, objectId.length - suffix.length);
  if (!/^(0|[1-9][0-9]*)$/.test(digits)) return null;
  const address = Number(digits);
  return Number.isSafeInteger(address) ? address : null;
}
