import { basename, dirname } from "node:path";
import { sampleSessions } from "@lazynwb/fixtures";
import { startRangeServer } from "@lazynwb/fixtures/range-server";
import { expect, test } from "vitest";
import { start } from "../support/run-cli.ts";

const [aster] = sampleSessions() as [string];

test("a reader that closes the pipe ends the command quietly", async () => {
  const child = start(["read", "units", aster, "-f", "ndjson"]);
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, err]).toEqual([0, ""]);
});

test("an interrupt ends it with 130 and no trace", async () => {
  const server = await startRangeServer(dirname(aster), { latency: 5000 });
  try {
    const child = start(["ls", `${server.url}/${basename(aster)}`]);
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        text += String(chunk);
      });
    const asked = new Promise<void>((resolve) => {
      const timer = setInterval(async () => {
        if (server.stats().requests === 0) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });
    await asked;
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, text]).toEqual([130, ""]);
  } finally {
    await server.close();
  }
});
