const PREFIX = "h5:";

/**
 * The identity of an object: its header's address. Hard links to one object share it, as do references to it.
 *
 * @param address - Relative to the base address.
 * @example objectIdOfAddress(800) // "h5:800"
 */
export function objectIdOfAddress(address: number): string {
  return `${PREFIX}${address}`;
}

/** The address behind an identity; null where it is none of ours. */
export function addressOfObjectId(objectId: string): number | null {
  const digits = objectId.startsWith(PREFIX) ? objectId.slice(PREFIX.length) : "";
  if (!/^(0|[1-9][0-9]*)$/.test(digits)) return null;
  const address = Number(digits);
  return Number.isSafeInteger(address) ? address : null;
}
