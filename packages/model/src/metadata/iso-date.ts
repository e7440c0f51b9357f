/** A moment that a text tells. */
export interface ParsedDate {
  /** Microseconds since 1970 in UTC. */
  readonly micros: bigint;
  /** Whether the text gave the time of day without saying in which zone; it was read as UTC. */
  readonly lacksOffset: boolean;
}

const ISO =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?)?$/i;

function offsetSeconds(text: string): number {
  const digits = text.slice(1).replaceAll(":", "").padEnd(6, "0");
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6));
  return text[0] === "-" ? -seconds : seconds;
}

/**
 * A date of ISO 8601, as NWB writes it. A bare date is midnight UTC; a time without offset is taken as UTC. Fractions of a
 * microsecond are cut off. Nothing else is guessed at.
 *
 * @returns null where the text is no date that exists.
 * @example parseIsoDate("2024-01-02T03:04:05+01:00")?.micros // 1704161045000000n
 */
export function parseIsoDate(text: string): ParsedDate | null {
  const parts = ISO.exec(text.trim());
  if (parts === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = parts;
  const whole = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(whole[0], whole[1] - 1, whole[2]);
  date.setUTCHours(whole[3], whole[4], whole[5]);
  const exists =
    whole[0] > 0 &&
    date.getUTCMonth() === whole[1] - 1 &&
    date.getUTCDate() === whole[2] &&
    date.getUTCHours() === whole[3] &&
    date.getUTCMinutes() === whole[4] &&
    date.getUTCSeconds() === whole[5];
  if (!exists) return null;
  const offset = zone === undefined || zone.toUpperCase() === "Z" ? 0 : offsetSeconds(zone);
  if (Math.abs(offset) >= 86_400) return null;
  const micros = BigInt(date.getTime() - offset * 1000) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return { micros, lacksOffset: zone === undefined && parts[4] !== undefined };
}
