import { StorageError } from "@lazynwb/core";

/**
 * The parts of a key, which stays inside of its store: it may come out of a hostile file.
 *
 * @throws StorageError for absolute keys, for `..`, and for what some system would take for one.
 */
export function keyParts(key: string, store: string): readonly string[] {
  const parts = key.split("/");
  const bad = parts.some((part) => part === "" || part === "." || part === ".." || /[\\\0]/.test(part));
  if (bad || /^[a-z]:/i.test(key))
    throw new StorageError(
      `${JSON.stringify(key)} is no key inside of ${store}: keys are relative, without "." and ".."`,
      {
        source: store,
      },
    );
  return parts;
}

/** The same for a prefix to list: it may be empty and may end in a slash. */
export function prefixParts(prefix: string, store: string): readonly string[] {
  const bare = prefix.replace(/\/$/, "");
  return bare === "" ? [] : keyParts(bare, store);
}
