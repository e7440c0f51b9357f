import { type DType, UnsupportedError } from "@lazynwb/core";
import type { ZarrNode } from "./consolidated-metadata.ts";

/**
 * The element type of a Zarr v2 array.
 *
 * @throws UnsupportedError for types and object codecs that this version does not decode, naming them.
 * @remarks Source: Zarr storage specification version 2, "Data type encoding".
 */
export function dtypeOf(node: ZarrNode, source: string): DType {
  const array = node.array!;
  const refuse = (feature: string) =>
    new UnsupportedError(`${node.path} is stored as ${feature}, which this version does not read`, {
      source,
      path: node.path,
      feature,
    });
  const match = /^([<>|])([biufSUO])(\d*)$/.exec(array.dtype);
  if (match === null) throw refuse(`Zarr dtype ${array.dtype}`);
  const bits = Number(match[3]) * 8;
  switch (match[2]) {
    case "b":
      return { kind: "bool" };
    case "i":
    case "u":
      if (bits === 8 || bits === 16 || bits === 32 || bits === 64)
        return { kind: "int", bits, signed: match[2] === "i" };
      break;
    case "f":
      if (bits === 32 || bits === 64) return { kind: "float", bits };
      break;
    case "S":
    case "U":
      return { kind: "text" };
    case "O":
      if (array.filters.length === 1 && array.filters[0]!.id === "vlen-utf8") return { kind: "text" };
      throw refuse(`objects by the codec ${array.filters.map(({ id }) => id).join(", ") || "none"}`);
  }
  throw refuse(`Zarr dtype ${array.dtype}`);
}
