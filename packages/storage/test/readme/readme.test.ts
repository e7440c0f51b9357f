import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteSourceContract, patternBytes } from "@lazynwb/core/testing";
import { describe, expect, test, vi } from "vitest";
import * as storage from "../../src/index.ts";
import { DEFAULT_OPEN_FILES } from "../../src/node.ts";
import { Base64Source } from "./base64-source.ts";
import { headAndTail } from "./reading.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

describe("the README", () => {
  test.each(["base64-source.ts", "reading.ts"])("shows %s as it is", async (file) => {
    const text = await readFile(new URL(file, import.meta.url), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${text}\`\`\``);
  });

  test("names every default with its value", () => {
    const { DEFAULT_CACHE, DEFAULT_HTTP, DEFAULT_LIMITER, DEFAULT_MERGE, DEFAULT_RETRY } = storage;
    const all = { DEFAULT_CACHE, DEFAULT_HTTP, DEFAULT_LIMITER, DEFAULT_MERGE, DEFAULT_OPEN_FILES, DEFAULT_RETRY };
    expect(Object.keys(storage).filter((name) => name.startsWith("DEFAULT_") && !(name in all))).toEqual([]);
    for (const [name, values] of Object.entries(all))
      for (const [option, value] of Object.entries(values))
        expect(readme.replace(/ +/g, " ")).toContain(`| \`${name}.${option}\` | ${value.toLocaleString("en-US")} |`);
  });

  test("reads head and tail in one round", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lazynwb-readme-"));
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const bytes = patternBytes(500_000);
      await writeFile(join(folder, "a.nwb"), bytes);
      const [head, tail] = await headAndTail(join(folder, "*.nwb"));
      expect(Buffer.compare(head, bytes.subarray(0, 65_536))).toBe(0);
      expect(Buffer.compare(tail, bytes.subarray(-65_536))).toBe(0);
      expect(printed.mock.calls[0]!.slice(1)).toEqual([
        500_000,
        { rounds: 1, requests: 2, bytes: 131_072, cacheHits: 0 },
      ]);
    } finally {
      printed.mockRestore();
      await rm(folder, { recursive: true });
    }
  });
});

byteSourceContract({ test, make: (bytes) => new Base64Source("text", Buffer.from(bytes).toString("base64")) });
