import { expect, test } from "vitest";
import * as query from "../src/index.ts";
import * as testing from "../src/testing/index.ts";

test("what the package exports", () => {
  expect(Object.keys(query).sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_CONCURRENCY",
      "DEFAULT_MAX_BYTES",
      "Expr",
      "IpcEncoder",
      "LOW_MEMORY_MAX_BYTES",
      "TableScan",
      "arrowFileAdapter",
      "arrowStreamAdapter",
      "arrowTableAdapter",
      "caretLine",
      "col",
      "columnsOf",
      "csvAdapter",
      "explainScan",
      "jsonAdapter",
      "lit",
      "metadataTable",
      "ndjsonAdapter",
      "not",
      "parseWhere",
      "planScan",
      "predicateOf",
      "predicatesOf",
      "rowsOf",
      "runScan",
      "scanTables",
      "splitConjuncts",
      "toIpc",
      "walk",
      "writeBatches",
    ]
  `);
  expect(Object.keys(testing)).toEqual(["outputAdapterContract"]);
});
