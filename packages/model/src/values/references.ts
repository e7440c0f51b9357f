import {
  type CallOptions,
  type DType,
  type Hierarchy,
  type NdArray,
  type Reference,
  textArray,
  type Values,
} from "@lazynwb/core";
import { resolveByWalk } from "../discovery/resolve-by-walk.ts";
import { validityWhere, withValidity } from "./bitmap.ts";
import { checkElements } from "./limit.ts";

/** Paths of objects that references mean; null where one dangles. */
export type ReferencePaths = ReadonlyMap<string, string | null>;

/** Whether values of a type hold references anywhere. */
export function holdsReferences(dtype: DType): boolean {
  switch (dtype.kind) {
    case "reference":
      return true;
    case "struct":
      return dtype.fields.some((field) => holdsReferences(field.dtype));
    case "list":
    case "array":
      return holdsReferences(dtype.item);
    default:
      return false;
  }
}

/** The references within values, each target once. */
export function referencesIn(arrays: readonly NdArray[]): Reference[] {
  const found = new Map<string, Reference>();
  const visit = ({ data }: NdArray): void => {
    if (data.kind === "reference") for (const target of data.targets) found.set(target.objectId, target);
    else if (data.kind === "struct") for (const field of Object.values(data.fields)) visit(field);
    else if (data.kind === "list") visit(data.values);
  };
  for (const array of arrays) visit(array);
  return [...found.values()];
}

/** Resolves references, and remembers what it learnt. One call to the hierarchy for all that are not known yet. */
export class ReferenceResolver {
  readonly #paths = new Map<string, string | null>();

  /** I/O: one shared walk over the groups of the file, where a target is not known. */
  async resolve(
    hierarchy: Hierarchy,
    references: readonly Reference[],
    options: CallOptions = {},
  ): Promise<ReferencePaths> {
    const unknown = references.filter(({ objectId }) => !this.#paths.has(objectId));
    if (unknown.length > 0) {
      const paths = (await hierarchy.resolve?.(unknown, options)) ?? (await resolveByWalk(hierarchy, unknown, options));
      for (let at = 0; at < unknown.length; at++) this.#paths.set(unknown[at]!.objectId, paths[at] ?? null);
    }
    return this.#paths;
  }

  /** Tells where an object lies, so that references to it cost nothing. */
  learn(objectId: string, path: string): void {
    if (!this.#paths.has(objectId)) this.#paths.set(objectId, path);
  }
}

const resolvers = new WeakMap<Hierarchy, ReferenceResolver>();

/** What was learnt of the references of an opened file: object identities mean nothing in another. */
export function resolverOf(hierarchy: Hierarchy): ReferenceResolver {
  const known = resolvers.get(hierarchy) ?? new ReferenceResolver();
  resolvers.set(hierarchy, known);
  return known;
}

/** References as the paths of their targets: text, null where a reference is null or dangles. */
export function referencesAsText(array: NdArray, paths: ReferencePaths): NdArray {
  const { codes, targets } = array.data as Extract<Values, { kind: "reference" }>;
  const known = textArray(targets.map((target) => paths.get(target.objectId) ?? null));
  const { offsets: starts, bytes: texts } = known.data as Extract<Values, { kind: "text" }>;
  const isMissing = targets.map((target) => (paths.get(target.objectId) ?? null) === null);
  const offsets = new Int32Array(codes.length + 1);
  let total = 0;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code >= 0) total += starts[code + 1]! - starts[code]!;
    offsets[at + 1] = total;
  }
  checkElements(total, "bytes of paths");
  const bytes = new Uint8Array(total);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code >= 0) bytes.set(texts.subarray(starts[code]!, starts[code + 1]!), offsets[at]!);
  }
  const validity = validityWhere(codes.length, (at) => codes[at]! >= 0 && !isMissing[codes[at]!]);
  return {
    dtype: { kind: "text" },
    shape: array.shape,
    data: { kind: "text", offsets, bytes },
    ...withValidity(validity),
  };
}
