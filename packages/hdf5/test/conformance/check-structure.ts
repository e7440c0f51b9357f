import { createHash } from "node:crypto";
import type { Hierarchy, Node } from "@lazynwb/core";
import type { Hdf5File } from "../../src/hierarchy/hdf5-file.ts";
import { addressOfObjectId } from "../../src/object-id.ts";
import { expectedDType, type StoredType, sortedDType } from "./dtype.ts";
import type { ManifestFile, ManifestObject } from "./manifest.ts";
import type { FileReport } from "./report.ts";
import type { Walked } from "./walk.ts";

const KINDS = { group: "group", array: "dataset", datatype: "datatype" } as const;

const kindOf = (node: Node | undefined) => (node ? KINDS[node.kind] : null);

/** Superblock, and what leads to what. */
export async function checkStructure(
  hierarchy: Hierarchy,
  file: Hdf5File,
  expected: ManifestFile,
  walked: Walked,
  report: FileReport,
): Promise<void> {
  report.compare("/", "superblock version", file.superblock.version, expected.superblock);
  report.compare("/", "widths", [file.bytes.offsetBytes, file.bytes.lengthBytes], expected.sizes);
  report.compare("/", "user block", file.bytes.baseAddress, expected.userblock);
  for (const [path, entry] of Object.entries(expected.objects)) {
    checkLink(path, entry, walked, report);
    const node = walked.nodes.get(path);
    if (entry.kind === "group") checkGroup(path, entry, walked, report);
    if (entry.kind !== "dataset" && entry.kind !== "datatype") continue;
    if (node === undefined || node.kind === "group") continue;
    report.compare(path, "dtype", sortedDType(node.dtype), expectedDType(entry.type as StoredType));
    if (entry.kind === "dataset") await checkDataset(path, entry, node, file, report);
  }
  await checkPaths(hierarchy, expected, walked, report);
}

function checkLink(path: string, entry: ManifestObject, walked: Walked, report: FileReport): void {
  const link = walked.links.get(path);
  const node = walked.nodes.get(path);
  switch (entry.kind) {
    case "hard": {
      const target = link?.type === "hard" ? walked.pathOfId.get(link.objectId ?? "") : link?.type;
      report.compare(path, "the object of the hard link", target, entry.same_as);
      return;
    }
    case "external":
      report.compare(path, "link", link && { ...link, name: undefined }, {
        ...{ type: "external", name: undefined },
        ...{ file: entry.file, target: entry.target },
      });
      break;
    case "soft":
      report.compare(path, "link", link && { ...link, name: undefined }, {
        ...{ type: "soft", name: undefined, target: entry.target },
      });
      break;
    default:
      report.compare(path, "kind", kindOf(node), entry.kind);
      return;
  }
  const isRefused = [...report.unsupported.values()].some((paths) => paths.includes(path));
  if (!isRefused) report.compare(path, "the kind that the link leads to", kindOf(node), entry.resolves);
}

function checkGroup(path: string, entry: ManifestObject, walked: Walked, report: FileReport): void {
  const names = walked.names.get(path) ?? [];
  report.compare(path, "number of members", names.length, entry.n);
  const digest = createHash("sha256").update(JSON.stringify(names)).digest("hex");
  report.compare(path, "digest of names", digest, entry.names_sha256);
}

const without = (size: number | null) => (size === null || size === 2 ** 32 - 1 ? Number.POSITIVE_INFINITY : size);

async function checkDataset(
  path: string,
  entry: ManifestObject,
  node: Node,
  file: Hdf5File,
  report: FileReport,
): Promise<void> {
  const object = await file.object(addressOfObjectId(node.objectId)!);
  if (node.kind !== "array" || object.kind !== "array") return;
  const { layout, filters, maxShape, fillValue } = object.dataset;
  report.compare(path, "shape", node.shape, entry.shape);
  // libhdf5 does not know its own mark for "without limit" again where lengths have four bytes.
  report.compare(path, "maximal shape", maxShape, entry.maxshape?.map(without) ?? entry.shape);
  report.compare(path, "chunks", node.chunks, entry.chunks);
  report.compare(
    path,
    "filters",
    filters.map(({ id, flags, clientData }) => ({ id, flags, cd: [...clientData] })),
    (entry.filters ?? []).map(({ id, flags, cd }) => ({ id, flags, cd })),
  );
  const isFilled = fillValue?.some((byte) => byte !== 0) ?? false;
  if (entry.fill === undefined) report.compare(path, "fill value other than zero", isFilled, false);
  else if (fillValue === null) report.fail(path, "the fill value is missing");
  const isExternal = layout.kind === "external";
  report.compare(path, "external files", isExternal ? layout.slots.length : undefined, entry.external?.length);
  report.compare(path, "layout", isExternal ? "contiguous" : layout.kind, entry.layout);
  if (layout.kind === "chunked") report.compare(path, "chunk index", layout.index.kind, entry.index);
  if (layout.kind !== "contiguous") return;
  const { baseAddress } = file.bytes;
  // h5py adds the user block to the -1 that libhdf5 gives for "no address".
  const told = entry.addr === baseAddress - 1 ? null : (entry.addr ?? null);
  report.compare(path, "address", layout.address === null ? null : layout.address + baseAddress, told);
}

/** References resolve to the paths that the manifest's own walk came by. */
async function checkPaths(
  hierarchy: Hierarchy,
  expected: ManifestFile,
  walked: Walked,
  report: FileReport,
): Promise<void> {
  if (hierarchy.resolve === undefined || Object.values(expected.objects).some(({ sampled }) => sampled)) return;
  const ids = [...walked.pathOfId.keys()];
  const paths = await hierarchy.resolve(ids.map((objectId) => ({ objectId })));
  ids.forEach((id, at) => {
    const path = walked.pathOfId.get(id)!;
    report.compare(path, "canonical path", paths[at], path);
  });
}
