import { expect, test } from "vitest";
import { parseIsoDate } from "../../src/metadata/iso-date.ts";

test.each([
  ["2024-01-02T03:04:05Z", Date.UTC(2024, 0, 2, 3, 4, 5), 0, false],
  ["2024-01-02 03:04:05+00:00", Date.UTC(2024, 0, 2, 3, 4, 5), 0, false],
  ["2024-01-02T03:04:05.123456-07:30", Date.UTC(2024, 0, 2, 10, 34, 5), 123456, false],
  ["2024-01-02T03:04:05.1234567891Z", Date.UTC(2024, 0, 2, 3, 4, 5), 123456, false],
  ["2024-01-02T03:04:05,5Z", Date.UTC(2024, 0, 2, 3, 4, 5), 500000, false],
  ["2024-01-02T03:04", Date.UTC(2024, 0, 2, 3, 4), 0, true],
  ["20240102T030405+0100", Date.UTC(2024, 0, 2, 2, 4, 5), 0, false],
  ["2024-01-02", Date.UTC(2024, 0, 2), 0, false],
  ["20240102", Date.UTC(2024, 0, 2), 0, false],
  [" 2024-02-29 ", Date.UTC(2024, 1, 29), 0, false],
  ["1969-12-31T23:59:59.5Z", -1000, 500000, false],
  ["0001-01-01", Date.UTC(2001, 0, 1) - 63_113_904_000_000, 0, false],
])("%s is a date", (text, millis, micros, lacksOffset) => {
  expect(parseIsoDate(text)).toEqual({ micros: BigInt(millis) * 1000n + BigInt(micros), lacksOffset });
});

test.each([
  "",
  "yesterday",
  "2023-02-29",
  "2024-13-01",
  "2024-00-10",
  "2024-01-02T25:00",
  "2024-01-02T03:04:60Z",
  "0000-01-01",
  "2024-01-02T03:04:05+25:00",
  "2024-01-02T03:04:05Z extra",
  "1704164645",
  "P90D",
  "2024",
])("%s is none", (text) => {
  expect(parseIsoDate(text)).toBeNull();
});
