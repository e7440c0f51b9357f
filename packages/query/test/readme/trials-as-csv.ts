import type { NwbFile } from "@lazynwb/model";
import { csvAdapter, scanTables } from "@lazynwb/query";

interface Trials {
  start_time: number; // seconds from timestamps_reference_time
  stimulus_name: string;
}

export async function trialsAsCsv(files: readonly NwbFile[], where: string): Promise<string> {
  const lines: string[] = [];
  const sink = { write: (text: string | Uint8Array) => void lines.push(String(text)) };
  const trials = await scanTables<Trials>({ files, table: "trials" });
  await trials.filter(where).select("start_time", "stimulus_name").limit(100).write(csvAdapter(sink));
  return lines.join("");
}
