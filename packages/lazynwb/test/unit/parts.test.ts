import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, group, memoryHierarchy } from "@lazynwb/core/testing";
import { sampleSessions } from "@lazynwb/fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, createLazyNwb, createStorage, nodeTransports } from "../../src/index.ts";
import { createLazyNwb as createForWeb } from "../../src/web.ts";

const [aster] = sampleSessions() as [string];

/** A format of one table, kept in memory. */
function memoryBackend(): Backend & { opened: number; closed: number } {
  const backend = {
    name: "memory",
    opened: 0,
    closed: 0,
    async open() {
      backend.opened++;
      const trials = group({
        attributes: { colnames: ["start_time"], neurodata_type: "DynamicTable" },
        children: { id: array([0n, 1n]), start_time: array([0.5, Number.NaN]) },
      });
      const hierarchy = memoryHierarchy(group({ children: { intervals: group({ children: { trials } }) } }));
      return Object.assign(hierarchy, {
        close: async () => {
          backend.closed++;
        },
      });
    },
  };
  return backend;
}

describe("other parts", () => {
  test("a backend of one's own gives tables in every form", async () => {
    const backend = memoryBackend();
    const source = { id: "mine", store: { id: "mine", open: () => ({ id: "x", read: () => Promise.reject() }) } };
    const nwb = createLazyNwb({ backends: [backend] });
    const frame = await nwb.readNwb(source, "trials", { nanAsNull: true });
    expect(frame.getColumn("start_time").toArray()).toEqual([0.5, null]);
    const web = createForWeb({ backends: [backend] });
    const table = await web.readNwb(source, "trials");
    expect(table.getChild("_nwb_path")!.get(0)).toBe("mine");
    await Promise.all([nwb.close(), web.close()]);
    expect(backend.opened).toBe(2);
    expect(backend.closed).toBe(2);
  });

  test("a storage that the caller made stays the caller's", async () => {
    const storage = createStorage({ transports: nodeTransports() });
    const nwb = createLazyNwb({ storage });
    await nwb.getInternalPaths(aster);
    await nwb.close();
    expect(storage.counters().total.requests).toBeGreaterThan(0);
    expect(await storage.resolve(aster)).toHaveLength(1);
    await storage.close();
  });

  test("at most so many files stay open, and all are read", async () => {
    const backend = memoryBackend();
    const nwb = createLazyNwb({ backends: [backend], maxOpenFiles: 2 });
    const sources = Array.from({ length: 7 }, (_, at) => ({
      id: `file ${at}`,
      bytes: { id: `file ${at}`, read: () => Promise.reject() },
    }));
    const frame = await nwb.scanNwb(sources, "trials");
    expect(backend.opened - backend.closed).toBeLessThanOrEqual(2);
    expect((await frame.collect()).height).toBe(14);
    await nwb.close();
    expect(backend.closed).toBe(backend.opened);
  });

  test("an abort rejects with its reason and leaves nothing open", async () => {
    const nwb = createLazyNwb();
    const reason = new Error("enough");
    for (const call of [
      (signal: AbortSignal) => nwb.readNwb(aster, "units", { signal }),
      (signal: AbortSignal) => nwb.getMetadataDf(aster, { signal }),
      (signal: AbortSignal) => nwb.getInternalPaths(aster, { signal }),
      (signal: AbortSignal) => nwb.openNwb(aster, { signal }),
    ]) {
      await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const calling = call(controller.signal);
      controller.abort(reason);
      await expect(calling).rejects.toBe(reason);
    }
    await nwb.close();
  });

  test("several sources where one is meant are refused", async () => {
    const nwb = createLazyNwb();
    await expect(nwb.getInternalPaths([aster, aster])).rejects.toMatchObject({
      code: "QUERY",
      message: "one source is wanted here, not 2",
    });
    await nwb.close();
  });
});

describe("a process", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lazynwb-process-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const index = fileURLToPath(new URL("../../src/index.ts", import.meta.url));

  async function runScript(text: string, ...flags: string[]) {
    const file = join(folder, `${Math.random()}.mjs`);
    await writeFile(file, text);
    return spawnSync(process.execPath, ["--conditions=@lazynwb/source", ...flags, file], {
      encoding: "utf8",
      timeout: 60_000,
    });
  }

  test("without the binary of polars, lazynwb can be imported, and says what to use", async () => {
    const hooks = join(folder, "no-polars.mjs");
    await writeFile(
      hooks,
      `import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        if (name === "nodejs-polars") throw new Error("Cannot find module 'nodejs-polars-linux-riscv64'");
        return next(name, context);
      } });`,
    );
    const { stdout, stderr, status } = await runScript(
      `import { getInternalPaths, scanNwb } from ${JSON.stringify(index)};
      const paths = await getInternalPaths(${JSON.stringify(aster)});
      const error = await scanNwb(${JSON.stringify(aster)}, "units").catch((error) => error);
      console.log(JSON.stringify({ paths: paths.length, code: error.code, message: error.message }));`,
      "--import",
      hooks,
    );
    expect([status, stderr]).toEqual([0, ""]);
    const { paths, code, message } = JSON.parse(stdout) as { paths: number; code: string; message: string };
    expect([paths > 5, code]).toEqual([true, "UNSUPPORTED"]);
    expect(message).toContain('"lazynwb/web"');
  });

  test("ends by itself, though nothing was closed", async () => {
    const { stdout, status } = await runScript(
      `import { scanNwb } from ${JSON.stringify(index)};
      const frame = await scanNwb(${JSON.stringify(aster)}, "units");
      console.log((await frame.select("unit_id").collect()).height);`,
    );
    expect([status, stdout]).toEqual([0, "72\n"]);
  });
});
