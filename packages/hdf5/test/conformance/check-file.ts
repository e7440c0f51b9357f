import type { ByteSource, Source } from "@lazynwb/core";
import { openFile } from "../../src/hierarchy/open-file.ts";
import { type OpenHdf5Options, openHdf5 } from "../../src/index.ts";
import { checkAttributes, checkData } from "./check-data.ts";
import { checkStructure } from "./check-structure.ts";
import type { ManifestFile } from "./manifest.ts";
import { FileReport } from "./report.ts";
import { walk } from "./walk.ts";

/**
 * Holds everything that the reader tells of a file against a manifest: objects, links, types, layouts, attributes, values.
 *
 * @param source - With `store` where its links may be followed. It is closed.
 */
export async function checkFile(
  source: Source & { readonly bytes: ByteSource },
  expected: ManifestFile,
  options: OpenHdf5Options = {},
): Promise<FileReport> {
  const report = new FileReport();
  const hierarchy = await openHdf5(source, options);
  try {
    const file = (await openFile(source.bytes, options))!;
    const walked = await walk(hierarchy, expected, report);
    await checkStructure(hierarchy, file, expected, walked, report);
    checkAttributes(expected, walked, report);
    await checkData(hierarchy, expected, report);
  } finally {
    await hierarchy.close();
  }
  return report;
}
