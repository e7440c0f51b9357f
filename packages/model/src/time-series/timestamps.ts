import { countRows, type DType, type NdArray, type Node } from "@lazynwb/core";
import { numberAttribute, numberOf, textAttribute } from "../attributes.ts";
import { storedArray } from "../stored-array.ts";
import { arraySource, type ColumnSource, computedSource, mappedSource } from "../table/column-source.ts";
import type { PlannedColumn } from "../table/read-columns.ts";
import { withValidity } from "../values/bitmap.ts";
import { checkElements } from "../values/limit.ts";
import { asFloat64 } from "../values/numbers.ts";
import type { WarningLog } from "../warning-log.ts";

const FLOAT64: DType = { kind: "float", bits: 64 };

function float64Array(values: Float64Array): NdArray {
  return { dtype: FLOAT64, shape: [values.length], data: { kind: "fixed", values } };
}

/** The rows of a source as positions, for values that follow from them and from what is read beside. I/O: none. */
export function positionsSource(length: number): ColumnSource {
  return computedSource(length, 8, (rows) => {
    const count = countRows(rows);
    checkElements(count, "rows");
    const positions = new Float64Array(count);
    let written = 0;
    for (let at = 0; at < rows.length; at += 2)
      for (let row = rows[at]!; row < rows[at + 1]!; row++) positions[written++] = row;
    return float64Array(positions);
  });
}

/** The `timestamps` column of a series of `rowCount` rows; null where nothing tells its times. I/O: none. */
export function planTimestamps(
  path: string,
  children: ReadonlyMap<string, Node>,
  rowCount: number,
  log: WarningLog,
): PlannedColumn | null {
  const plan = (source: ColumnSource, unit: string | null, stored?: DType): PlannedColumn => ({
    column: {
      name: "timestamps",
      type: { kind: "float", bits: 64 },
      metadata: { unit: unit ?? "seconds" },
      rowBytes: 8,
      ...(stored && { stored }),
    },
    source,
    stored: FLOAT64,
  });

  const timestamps = children.get("timestamps");
  if (timestamps?.kind === "array") {
    const array = storedArray(timestamps);
    if (array.shape.length === 1 && (array.dtype.kind === "float" || array.dtype.kind === "int")) {
      const seconds = (read: NdArray) => ({ ...float64Array(asFloat64(read)), ...withValidity(read.validity) });
      return plan(mappedSource(arraySource(array), seconds), textAttribute(array.attributes, "unit"), array.dtype);
    }
    log.warn("TIMESTAMPS_UNUSABLE", array.path, `${array.path} is no one-dimensional array of numbers`);
  }

  const start = children.get("starting_time");
  const rate = start === undefined ? null : numberAttribute(start.attributes, "rate");
  if (start?.kind === "array" && rate !== null) {
    // numpy's arange(n) / rate + starting_time: divided first, in float64 whatever width the rate is stored in.
    const times = (positions: NdArray, [read]: readonly NdArray[]) => {
      const startingTime = numberOf(read) ?? 0;
      return float64Array(asFloat64(positions).map((row) => row / rate + startingTime));
    };
    const source = mappedSource(positionsSource(rowCount), times, [storedArray(start)]);
    return plan(source, textAttribute(start.attributes, "unit"));
  }
  log.warn("TIMESTAMPS_MISSING", path, `${path} has neither timestamps nor a starting_time with a rate`);
  return null;
}
