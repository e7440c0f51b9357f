import { type Hierarchy, isLazyNwbError, type NdArray, type Reference, type Selection } from "@lazynwb/core";
import { type Digest, digestOf } from "./canonical.ts";
import type { ManifestFile, ManifestObject, ManifestSlab } from "./manifest.ts";
import type { FileReport } from "./report.ts";
import type { Walked } from "./walk.ts";

/** Every attribute of every object that was described. */
export function checkAttributes(expected: ManifestFile, walked: Walked, report: FileReport): void {
  const pathOf = (objectId: string) => walked.pathOfId.get(objectId) ?? null;
  for (const [path, { attrs = {} }] of Object.entries(expected.objects)) {
    const node = walked.nodes.get(path);
    const wanted = Object.entries(attrs);
    if (node === undefined) {
      report.digests += wanted.length;
      continue;
    }
    const isLink = ["soft", "external", "hard"].includes(expected.objects[path]!.kind);
    if (!isLink)
      for (const name of Object.keys(node.attributes))
        if (!(name in attrs)) report.fail(path, `there is no attribute ${name}`);
    for (const [name, value] of wanted) {
      const array = node.attributes[name];
      if (array === undefined) {
        report.digests++;
        report.fail(path, `attribute ${name} is missing`);
      } else report.digest(path, `attribute ${name}`, digestOf(array, value.form, value.type, pathOf), value);
    }
  }
}

/** Every value of every dataset, and its slabs; one dataset after another, so that only one is held. */
export async function checkData(hierarchy: Hierarchy, expected: ManifestFile, report: FileReport): Promise<void> {
  for (const [path, entry] of Object.entries(expected.objects)) {
    if (entry.kind !== "dataset" || entry.space === "null") continue;
    const wanted: { readonly what: string; readonly selection: Selection; readonly digest: Digest }[] = [
      ...(entry.data ? [{ what: "data", selection: { rows: "all" } as const, digest: entry.data }] : []),
      ...(entry.slabs ?? []).map((slab) => ({ what: nameOf(slab), selection: selectionOf(slab), digest: slab })),
    ];
    const reads = hierarchy.read(wanted.map(({ selection }) => ({ path, selection })));
    for (const [at, { what, digest }] of wanted.entries()) {
      try {
        await checkRead(hierarchy, path, entry, await reads[at]!, what, digest, report);
      } catch (error) {
        if (!isLazyNwbError(error)) throw error;
        report.refused(path, what, error, 1);
      }
    }
  }
}

async function checkRead(
  hierarchy: Hierarchy,
  path: string,
  entry: ManifestObject,
  array: NdArray,
  what: string,
  digest: Digest,
  report: FileReport,
): Promise<void> {
  const references = referencesIn(array);
  const paths = references.length === 0 ? [] : ((await hierarchy.resolve?.(references)) ?? []);
  const pathOf = new Map(references.map(({ objectId }, at) => [objectId, paths[at] ?? null]));
  report.digest(
    path,
    what,
    digestOf(array, digest.form, entry.type!, (id) => pathOf.get(id) ?? null),
    digest,
  );
}

function referencesIn({ data }: NdArray): readonly Reference[] {
  if (data.kind === "reference") return data.targets;
  if (data.kind === "list") return referencesIn(data.values);
  return data.kind === "struct" ? Object.values(data.fields).flatMap(referencesIn) : [];
}

function nameOf({ start, count, stride }: ManifestSlab): string {
  return `slab ${JSON.stringify({ start, count, stride })}`;
}

function selectionOf({ start, count, stride }: ManifestSlab): Selection {
  const cuts = start.map((first, axis) => ({
    start: first,
    stop: first + (count[axis]! - 1) * stride[axis]! + 1,
    step: stride[axis]!,
  }));
  const [rows, ...trailing] = cuts;
  return { rows: Float64Array.of(rows!.start, rows!.stop), step: rows!.step, trailing };
}
