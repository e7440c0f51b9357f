import type { NdArray, Values } from "@lazynwb/core";
import { objectIdIn } from "../object-id.ts";

/** Values whose references name the file that they were read from, as the identities of its objects do. */
export function inFile({ tag }: { readonly tag: string }, array: NdArray): NdArray {
  return tag === "" ? array : mapObjectIds(array, (objectId) => objectIdIn(tag, objectId));
}

/**
 * Values with the object ids of their references changed: those of a linked file name the file too.
 *
 * @remarks Copies: none of the data.
 */
function mapObjectIds(array: NdArray, change: (objectId: string) => string): NdArray {
  const data = mapData(array.data, change);
  return data === array.data ? array : { ...array, data };
}

function mapData(data: Values, change: (objectId: string) => string): Values {
  switch (data.kind) {
    case "reference": {
      const targets = data.targets.map((target) => ({ ...target, objectId: change(target.objectId) }));
      return { ...data, targets };
    }
    case "list": {
      const values = mapObjectIds(data.values, change);
      return values === data.values ? data : { ...data, values };
    }
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => [name, mapObjectIds(field, change)] as const);
      const isSame = fields.every(([name, field]) => field === data.fields[name]);
      return isSame ? data : { ...data, fields: Object.fromEntries(fields) };
    }
    default:
      return data;
  }
}
