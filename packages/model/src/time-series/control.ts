import { type NdArray, type Node, stringsOf, textArray } from "@lazynwb/core";
import { columnTypeOf, guessedBytes, rowBytesOf, type StoredArray, storedArray } from "../stored-array.ts";
import { columnMetadata } from "../table/column-metadata.ts";
import { arraySource, mappedSource } from "../table/column-source.ts";
import type { PlannedColumn } from "../table/read-columns.ts";
import { isValidAt } from "../values/bitmap.ts";
import { asFloat64 } from "../values/numbers.ts";

function arrayOf(children: ReadonlyMap<string, Node>, name: string): StoredArray | null {
  const node = children.get(name);
  return node?.kind === "array" && node.shape?.length === 1 ? storedArray(node) : null;
}

/**
 * The `control` column of a series and, where it is described, `control_description`: for each row the description of its
 * control value, as the core schema counts them from 0. A value without description is null. I/O: none.
 */
export function planControl(children: ReadonlyMap<string, Node>): PlannedColumn[] {
  const control = arrayOf(children, "control");
  if (control === null) return [];
  const column = {
    name: "control",
    type: columnTypeOf(control.dtype, []),
    metadata: columnMetadata(control),
    rowBytes: rowBytesOf(control),
    stored: control.dtype,
  };
  const planned: PlannedColumn = { column, source: arraySource(control), stored: control.dtype };
  const descriptions = arrayOf(children, "control_description");
  if (descriptions?.dtype.kind !== "text" || control.dtype.kind !== "int") return [planned];
  const describe = (values: NdArray, [read]: readonly NdArray[]) => {
    const texts = stringsOf(read!);
    const found = Array.from(asFloat64(values), (value, row) =>
      isValidAt(values.validity, row) ? (texts[value] ?? null) : null,
    );
    return textArray(found);
  };
  return [
    planned,
    {
      column: {
        name: "control_description",
        type: { kind: "text" },
        metadata: columnMetadata(descriptions),
        rowBytes: guessedBytes(descriptions.dtype),
        stored: descriptions.dtype,
      },
      source: mappedSource(arraySource(control), describe, [descriptions]),
      stored: descriptions.dtype,
    },
  ];
}
