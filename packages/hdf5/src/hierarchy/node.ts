import type { NdArray, Node } from "@lazynwb/core";
import { datatypeToDType } from "../datatype/to-dtype.ts";
import { filterName } from "../filter-pipeline/filter-names.ts";
import type { ParsedObject } from "./parsed-object.ts";

/** An object as the contract tells of it. @throws UnsupportedError where its type has no like. */
export function nodeOf(
  path: string,
  objectId: string,
  object: ParsedObject,
  attributes: Readonly<Record<string, NdArray>>,
): Node {
  const base = { path, objectId, attributes };
  switch (object.kind) {
    case "group":
      return { kind: "group", ...base };
    case "datatype":
      return { kind: "datatype", ...base, dtype: datatypeToDType(object.datatype) };
    case "array": {
      const { datatype, shape, layout, filters } = object.dataset;
      return {
        kind: "array",
        ...base,
        dtype: datatypeToDType(datatype),
        shape,
        ...(layout.kind === "chunked" && { chunks: layout.chunkShape }),
        ...(filters.length > 0 && {
          filters: filters.map(({ id, name, clientData }) => ({ name: filterName(id, name), parameters: clientData })),
        }),
      };
    }
    default:
      return object satisfies never;
  }
}
