import type { NwbFile } from "@lazynwb/model";
import { col, scanTables } from "@lazynwb/query";
import type { Table } from "apache-arrow";

export async function goodUnits(files: readonly NwbFile[]): Promise<Table> {
  const units = await scanTables({ files, table: "units" }, { nanAsNull: true }); // headers only
  const good = units
    .filter(
      col("presence_ratio")
        .ge(0.95)
        .and(col("location").isIn(["VISp", "VISl"])),
    )
    .select("unit_id", "spike_times", "_nwb_path");

  console.log(String(await good.explain())); // what will be read, before it is
  const table = await good.collect(); // the filter's columns, then the spikes of the kept units only
  console.log(units.stats()); // { files, filesRead, rowsScanned, rowsKept, rounds, requests, bytes, ... }
  return table;
}
