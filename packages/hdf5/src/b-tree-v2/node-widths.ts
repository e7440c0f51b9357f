/** How much a node of one depth can hold, and how wide the counts of its children are stored. */
export interface NodeWidths {
  /** Records that fit. */
  readonly maxRecords: number;
  /** Bytes of the "records below" count in a pointer to a child at depth - 1; 0 where the child is a leaf. */
  readonly totalBytes: number;
}

/** Bytes that an unsigned integer up to `limit` is stored in. */
export function encodedBytes(limit: bigint): number {
  let bytes = 1;
  for (let rest = limit >> 8n; rest > 0n && bytes < 8; rest >>= 8n) bytes++;
  return bytes;
}

/** Signature, version, type and checksum of a node. */
const OVERHEAD = 10;

/**
 * Capacities from the leaves (index 0) to the root (index `depth`).
 *
 * @param offsetBytes - Width of a stored address.
 * @returns null where a node has no room for a record.
 */
export function nodeWidths(
  nodeBytes: number,
  recordBytes: number,
  depth: number,
  offsetBytes: number,
): { readonly countBytes: number; readonly levels: readonly NodeWidths[] } | null {
  if (recordBytes <= 0) return null;
  const leafRecords = Math.floor((nodeBytes - OVERHEAD) / recordBytes);
  if (leafRecords < 1) return null;
  const countBytes = encodedBytes(BigInt(leafRecords));
  const levels: NodeWidths[] = [{ maxRecords: leafRecords, totalBytes: 0 }];
  let below = BigInt(leafRecords);
  let totalBytes = 0;
  for (let level = 1; level <= depth; level++) {
    const pointer = offsetBytes + countBytes + totalBytes;
    const maxRecords = Math.floor((nodeBytes - OVERHEAD - pointer) / (recordBytes + pointer));
    if (maxRecords < 1) return null;
    levels.push({ maxRecords, totalBytes });
    below = BigInt(maxRecords + 1) * below + BigInt(maxRecords);
    totalBytes = encodedBytes(below);
  }
  return { countBytes, levels };
}
