import { elementCount, type NdArray, stringsOf } from "@lazynwb/core";
import { validityWhere, withValidity } from "../values/bitmap.ts";
import type { WarningLog } from "../warning-log.ts";
import { parseIsoDate } from "./iso-date.ts";

/** The fields that the core schema declares as isodatetime. All other text stays text, whatever it looks like. */
export const DATE_FIELDS: ReadonlySet<string> = new Set([
  "session_start_time",
  "timestamps_reference_time",
  "date_of_birth",
  "file_create_date",
]);

/**
 * Texts as Timestamp values: int64 microseconds since 1970 in UTC. One that is no date is null, and warned of.
 *
 * @param texts - text, or lists of text.
 */
export function datesOf(texts: NdArray, path: string, log: WarningLog): NdArray {
  if (texts.data.kind === "list") {
    const values = datesOf(texts.data.values, path, log);
    return { ...texts, dtype: { kind: "list", item: values.dtype }, data: { ...texts.data, values } };
  }
  const micros = new BigInt64Array(elementCount(texts.shape));
  const parsed = stringsOf(texts).map((text, at) => {
    if (text === null) return null;
    const date = parseIsoDate(text);
    if (date === null)
      log.warn("DATE_UNREADABLE", path, `${path} is '${text}', which is no date of ISO 8601; it is null`);
    else {
      micros[at] = date.micros;
      if (date.lacksOffset)
        log.warn("DATE_WITHOUT_OFFSET", path, `${path} is '${text}', without an offset; read as UTC`);
    }
    return date;
  });
  return {
    dtype: { kind: "int", bits: 64, signed: true },
    shape: texts.shape,
    data: { kind: "fixed", values: micros },
    ...withValidity(validityWhere(parsed.length, (at) => parsed[at] !== null)),
  };
}
