import assert from "node:assert/strict";
import test from "node:test";
import { sampleSessions } from "@lazynwb/fixtures";
import { outputAdapterContract } from "@lazynwb/query/testing";
import { fileSource } from "@lazynwb/storage/node";
import { col, createLazyNwb } from "lazynwb/web";
import { columnsAdapter } from "../columns-adapter.ts";

outputAdapterContract({
  test,
  make: columnsAdapter,
  toRows: (columns, schema) => {
    const names = schema.fields.map(({ name }) => name);
    const rows = columns[names[0] ?? ""]?.length ?? 0;
    return Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(names.map((name) => [name, columns[name]![row]])),
    );
  },
});

test("writes the units of a sample session that are worth a look", async () => {
  const lazynwb = createLazyNwb();
  try {
    const units = await lazynwb.scanNwb(fileSource(sampleSessions()[0]!), "units", { nanAsNull: true });
    const columns = await units.filter(col("snr").gt(2)).select("id", "snr", "spike_times").write(columnsAdapter());
    assert.deepEqual(Object.keys(columns), ["id", "snr", "spike_times"]);
    assert.ok(columns["snr"]!.length > 0);
    assert.ok(columns["snr"]!.every((snr) => typeof snr === "number" && snr > 2));
    assert.ok(
      columns["spike_times"]!.every((times) => Array.isArray(times) && times.every((time) => typeof time === "number")),
    );
  } finally {
    await lazynwb.close();
  }
});
