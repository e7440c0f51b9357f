/** What a Content-Range header says: first and last byte sent, or none (416), and the size of the object, where told. */
export interface ContentRange {
  readonly start: number | undefined;
  /** The byte behind the last one sent. */
  readonly stop: number | undefined;
  readonly size: number | undefined;
}

/** undefined where the header is not one of bytes, or contradicts itself. */
export function parseContentRange(header: string): ContentRange | undefined {
  const match = /^\s*bytes\s+(?:(\d+)-(\d+)|\*)\/(\d+|\*)\s*$/i.exec(header);
  if (match === null) return undefined;
  const [, first, last, total] = match;
  const size = total === "*" ? undefined : Number(total);
  if (size !== undefined && !Number.isSafeInteger(size)) return undefined;
  if (first === undefined) return { start: undefined, stop: undefined, size };
  const start = Number(first);
  const stop = Number(last) + 1;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(stop) || stop <= start) return undefined;
  if (size !== undefined && stop > size) return undefined;
  return { start, stop, size };
}

/** Content-Length as a number; undefined where it is hidden, missing or of a compressed body. */
export function contentLength(headers: Headers): number | undefined {
  const header = headers.get("content-length");
  if (header === null || !/^\d+$/.test(header) || isCompressed(headers)) return undefined;
  const length = Number(header);
  return Number.isSafeInteger(length) ? length : undefined;
}

/** Whether the body was packed for the way: its bytes are then not those that the headers speak of. */
export function isCompressed(headers: Headers): boolean {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase();
  return encoding !== undefined && encoding !== "" && encoding !== "identity";
}
