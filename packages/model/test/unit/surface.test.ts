import * as model from "@lazynwb/model";
import { expect, test } from "vitest";

test("what the package exports changes on purpose only", () => {
  expect(Object.keys(model).sort()).toEqual([
    "DEFAULT_MAX_OPEN_FILES",
    "INTERNAL_COLUMNS",
    "TABLE_SHORTCUTS",
    "columnTypeEquals",
    "columnTypeName",
    "commonType",
    "convertValues",
    "filePool",
    "findTables",
    "listContents",
    "listInternalPaths",
    "mergeSchemas",
    "metadataColumns",
    "missingTable",
    "nullValues",
    "nwbFile",
    "openTable",
    "openTables",
    "readMetadata",
    "resolveExternalName",
    "valueDType",
  ]);
});
