import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { hierarchyContract } from "@lazynwb/core/testing";
import { memorySource } from "@lazynwb/storage";
import { col, createLazyNwb } from "lazynwb/web";
import { labJsonBackend } from "../lab-json-backend.ts";

const sample = readFileSync(fileURLToPath(new URL("../sample.lab.json", import.meta.url)));
const source = () => memorySource(sample, { id: "sample.lab.json" });

hierarchyContract({
  test,
  make: async () => {
    const hierarchy = await labJsonBackend().open({ id: "sample.lab.json", bytes: source() });
    assert.ok(hierarchy);
    return hierarchy;
  },
  expected: {
    "/": { kind: "group", links: { units: "hard" } },
    "/units": {
      kind: "group",
      attributes: { neurodata_type: "DynamicTable", colnames: ["quality", "snr", "spike_times"] },
    },
    "/units/quality": { kind: "array", dtype: "text", shape: [4], values: ["good", "mua", "good", "noise"] },
    "/units/snr": { kind: "array", dtype: "float64", shape: [4], values: [3.1, 0.4, 2.2, 1.5] },
    "/units/spike_times": { kind: "array", shape: [6], values: [0.1, 0.25, 0.9, 0.3, 0.7, 0.8] },
    "/units/spike_times_index": { kind: "array", dtype: "uint32", shape: [4], values: [3, 3, 4, 6] },
    "/nowhere": null,
  },
});

test("its tables are filtered and selected as those of any NWB file", async () => {
  const lazynwb = createLazyNwb({ backends: [labJsonBackend()] });
  try {
    const units = await lazynwb.scanNwb(source(), "/units");
    const rows = [];
    for await (const row of units
      .filter(col("quality").eq("good").and(col("snr").gt(2)))
      .select("snr", "spike_times", "_nwb_path")
      .rows())
      rows.push(row);
    assert.deepEqual(rows, [
      { snr: 3.1, spike_times: [0.1, 0.25, 0.9], _nwb_path: "sample.lab.json" },
      { snr: 2.2, spike_times: [0.3], _nwb_path: "sample.lab.json" },
    ]);
  } finally {
    await lazynwb.close();
  }
});
