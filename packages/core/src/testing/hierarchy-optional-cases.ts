import { type NdArray, type Reference, stringsOf } from "../nd-array.ts";
import { ALL } from "../selection.ts";
import { check, value } from "./assert.ts";
import { checkValues, describeOne, type HierarchyCase, pathsOf, readOne, rowArrays } from "./hierarchy-case.ts";
import { difference, plainOf } from "./plain-values.ts";

/** References found in an array, with what was expected of them. */
function referencesIn(array: NdArray, expected: unknown): { reference: Reference; path: string }[] {
  const found: { reference: Reference; path: string }[] = [];
  const walk = (actual: unknown, wanted: unknown) => {
    if (typeof wanted !== "object" || wanted === null || typeof actual !== "object" || actual === null) return;
    if ("reference" in wanted) found.push({ reference: actual as Reference, path: String(wanted.reference) });
    else
      for (const key of Object.keys(wanted))
        walk((actual as { [key: string]: unknown })[key], (wanted as { [key: string]: unknown })[key]);
  };
  walk(plainOf(array), expected);
  return found;
}

export const optionalCases: Readonly<Record<string, HierarchyCase>> = {
  "locates where it can": async (hierarchy, expected) => {
    if (hierarchy.locate === undefined) return;
    const arrays = rowArrays(expected);
    const requests = arrays.map(({ path }) => ({ path, selection: ALL }));
    const extents = await value(hierarchy.locate(requests), "locate");
    check(extents.length === requests.length, "locate gives one extent a request");
    extents.forEach(({ offsets, lengths, decodedBytes }, at) => {
      const { path } = requests[at]!;
      check(offsets.length === lengths.length, `${path}: as many offsets as lengths`);
      check(
        offsets.every((offset, piece) => piece === 0 || offset >= offsets[piece - 1]!),
        `${path}: offsets ascend`,
      );
      check(
        lengths.every((length) => length >= 0),
        `${path}: lengths are not negative`,
      );
      check(decodedBytes >= 0, `${path}: decodedBytes is not negative`);
    });
    const nothing = { path: arrays[0]!.path, selection: { rows: new Float64Array(0) } };
    const [none] = await value(hierarchy.locate([nothing]), "locating no rows");
    check(none!.decodedBytes === 0, "no rows decode to no bytes");
    for (const { path, values } of arrays)
      await checkValues(hierarchy, await readOne(hierarchy, path), values, expected, `${path}, located before`);
  },
  "resolves where it can": async (hierarchy, expected) => {
    if (hierarchy.resolve === undefined) return;
    const found: { reference: Reference; path: string }[] = [];
    for (const path of pathsOf(expected, ({ values }) => values !== undefined))
      found.push(...referencesIn(await readOne(hierarchy, path), expected[path]!.values));
    for (const path of pathsOf(expected, ({ attributes }) => attributes !== undefined)) {
      const node = await describeOne(hierarchy, path);
      for (const [name, wanted] of Object.entries(expected[path]!.attributes!))
        found.push(...referencesIn(node!.attributes[name]!, wanted));
    }
    const references = [...found.map(({ reference }) => reference), { objectId: "no object has this identity" }];
    const paths = await value(hierarchy.resolve(references), "resolve");
    check(paths.length === references.length, "resolve gives one answer a reference");
    check(paths.at(-1) === null, "a reference to nothing resolves to null");
    for (const [at, { reference, path }] of found.entries()) {
      const resolved = paths[at];
      check(typeof resolved === "string", `a reference to ${path} was not resolved`);
      const node = await describeOne(hierarchy, resolved);
      check(
        node?.objectId === reference.objectId,
        `a reference to ${path} was resolved to ${resolved}, which is another object`,
      );
    }
  },
  "exports an index where it can": async (hierarchy) => {
    if (hierarchy.exportIndex === undefined) return;
    await value(hierarchy.list("/"), "listing the root");
    check((await value(hierarchy.exportIndex(), "exportIndex")) instanceof Uint8Array, "an index is bytes");
  },
  "gives texts that stringsOf reads": async (hierarchy, expected) => {
    for (const { path, values } of rowArrays(expected)) {
      const read = await readOne(hierarchy, path);
      if (read.data.kind !== "text" || read.shape.length !== 1) continue;
      const found = difference(stringsOf(read), values, () => undefined);
      check(found === undefined, `${path}: ${found}`);
    }
  },
  "can be closed twice": async (hierarchy) => {
    await value(hierarchy.close(), "close");
    await value(hierarchy.close(), "the second close");
  },
};
