import { type NdArray, type Node, stringsOf, textArray } from "@lazynwb/core";
import { attributeOf } from "../attributes.ts";
import { guessedBytes, storedArray } from "../stored-array.ts";
import { mappedSource } from "../table/column-source.ts";
import type { PlannedColumn } from "../table/read-columns.ts";
import { validityWhere, withValidity } from "../values/bitmap.ts";
import { asFloat64 } from "../values/numbers.ts";
import { positionsSource } from "./timestamps.ts";

/**
 * The name of a file that an image series speaks of, seen from where the NWB file lies. A URL or an absolute path stays; a
 * name that would leave the root stays too. Nothing is opened.
 *
 * @example resolveExternalName("dandi://dandi/000363@0.1/sub-1/x.nwb", "x/video.avi") // "dandi://dandi/000363@0.1/sub-1/x/video.avi"
 */
export function resolveExternalName(source: string, name: string): string {
  if (name.startsWith("/") || /^[a-z][a-z0-9+.-]*:/i.test(name) || name.startsWith("\\\\")) return name;
  const root = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(source)?.[0] ?? "";
  const parts = source
    .slice(root.length)
    .replace(/[?#].*$/, "")
    .split("/")
    .slice(0, -1);
  const top = parts[0] === "" ? 1 : 0;
  for (const part of name.replaceAll("\\", "/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > top) parts.pop();
    else return name;
  }
  return root + parts.join("/");
}

/** For each frame the external file that holds it, and its position in that file. I/O: none. */
export function planExternalFrames(files: Node, rowCount: number, source: string): PlannedColumn[] {
  if (files.kind !== "array") return [];
  const array = storedArray(files);
  const first = attributeOf(files.attributes, "starting_frame");
  const starts = first?.data.kind === "fixed" ? Array.from(first.data.values, Number) : [];
  const fileOf = (frame: number, count: number) => {
    let file = 0;
    while (file + 1 < Math.min(count, starts.length) && starts[file + 1]! <= frame) file++;
    return file;
  };
  const filesOf = (frames: NdArray, [read]: readonly NdArray[]) => {
    const names = stringsOf(read!).map((name) => (name === null ? null : resolveExternalName(source, name)));
    return textArray(Array.from(asFloat64(frames), (frame) => names[fileOf(frame, names.length)] ?? null));
  };
  const framesOf = (frames: NdArray): NdArray => {
    const count = array.shape[0] ?? 1;
    const numbers = asFloat64(frames);
    const values = BigInt64Array.from(numbers, (frame) => BigInt(frame - (starts[fileOf(frame, count)] ?? 0)));
    return {
      dtype: { kind: "int", bits: 64, signed: true },
      shape: [values.length],
      data: { kind: "fixed", values },
      ...withValidity(validityWhere(values.length, () => count > 0)),
    };
  };
  const positions = positionsSource(rowCount);
  return [
    {
      column: {
        name: "external_file",
        type: { kind: "text" },
        metadata: {},
        rowBytes: guessedBytes(array.dtype),
        stored: array.dtype,
      },
      source: mappedSource(positions, filesOf, [array]),
      stored: array.dtype,
    },
    {
      column: { name: "frame", type: { kind: "int", bits: 64, signed: true }, metadata: {}, rowBytes: 8 },
      source: mappedSource(positions, framesOf),
      stored: { kind: "int", bits: 64, signed: true },
    },
  ];
}
