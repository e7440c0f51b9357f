import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { RangeServerSettings, RangeServerStats } from "@lazynwb/fixtures/range-server";

/** A range server in a process of its own, so that its work is not counted as the asker's. */
export type FarServer = AsyncDisposable & {
  readonly url: string;
  stats(): Promise<RangeServerStats>;
  reset(): Promise<void>;
  set(changes: Partial<RangeServerSettings>): Promise<void>;
};

async function command(url: string, name: string, init?: RequestInit): Promise<string> {
  const response = await fetch(`${url}/__${name}`, { ...init, headers: { connection: "close" } });
  const text = await response.text();
  if (!response.ok) throw new Error(`the range server refused ${name}: ${text}`);
  return text;
}

export async function startFarServer(folder: string): Promise<FarServer> {
  const script = fileURLToPath(import.meta.resolve("@lazynwb/fixtures/range-server-command"));
  const child = spawn(process.execPath, [script, folder, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const [url] = await Promise.race([
    once(lines, "line") as Promise<[string]>,
    once(child, "exit").then(([status]): never => {
      throw new Error(`the range server ended at once, with status ${status}`);
    }),
  ]);
  return {
    url,
    stats: async () => JSON.parse(await command(url, "stats")) as RangeServerStats,
    reset: async () => void (await command(url, "reset", { method: "POST" })),
    set: async (changes) => void (await command(url, "set", { method: "POST", body: JSON.stringify(changes) })),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.kill()) await once(child, "exit");
    },
  };
}
