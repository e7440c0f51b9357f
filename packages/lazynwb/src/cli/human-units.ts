const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/**
 * Bytes in units of 1000.
 *
 * @example bytesText(3_140_000) // "3.1 MB"
 */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/**
 * A whole number with its thousands apart.
 *
 * @example countText(1234567) // "1,234,567"
 */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/**
 * A count and its noun.
 *
 * @example plural(1, "file") // "1 file"
 */
export function plural(count: number, noun: string, several = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : several}`;
}

/**
 * Seconds as minutes and seconds.
 *
 * @example clockText(75) // "1:15"
 */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
