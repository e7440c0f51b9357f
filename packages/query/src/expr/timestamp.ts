const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Microseconds since 1970 in UTC of a date or a time in ISO 8601; null where the text is none. Without an offset it is read
 * as UTC; a bare date is its midnight. Digits beyond microseconds are cut.
 *
 * @example parseTimestamp("2024-01-02T03:04:05.25+01:00") // 1704161045250000n
 */
export function parseTimestamp(text: string): bigint | null {
  const found = ISO.exec(text.trim());
  if (found === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = found;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A day that the month does not have moves the date on.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const offset = zoneMinutes(zone);
  if (offset === null) return null;
  const seconds = date.getTime() / 1000 + h * 3600 + (m - offset) * 60 + s;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || "0");
  if (hours > 23 || minutes > 59) return null;
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * A timestamp as ISO 8601 in UTC, with as many digits as it needs.
 *
 * @example formatTimestamp(1704161045250000n) // "2024-01-02T02:04:05.250Z"
 */
export function formatTimestamp(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const millis = Number((micros - rest) / 1000n);
  const date = new Date(millis);
  // Outside of the range of Date: the number is all that can be said.
  if (Number.isNaN(date.getTime())) return `${micros}us`;
  const text = date.toISOString();
  if (rest !== 0n) return `${text.slice(0, -1)}${String(rest).padStart(3, "0")}Z`;
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}
