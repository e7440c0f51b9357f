import type { Node } from "@lazynwb/core";
import { textAttribute } from "../attributes.ts";

/** The type that an object says it has. A name alone is not enough: two extensions may use it for different things. */
export interface TypeName {
  readonly namespace: string | null;
  readonly name: string;
}

/** The `neurodata_type` of an object with its namespace; null where it says none. */
export function typeNameOf(node: Pick<Node, "attributes">): TypeName | null {
  const name = textAttribute(node.attributes, "neurodata_type") ?? textAttribute(node.attributes, "data_type");
  return name === null ? null : { name, namespace: textAttribute(node.attributes, "namespace") };
}
