import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { dataFolder, sampleSessions } from "@lazynwb/fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLazyNwb, isLazyNwbError, type LazyNwbError, type Warning } from "../../src/index.ts";
import { cli, withoutFolder } from "../support/run-cli.ts";

const [aster, birch] = sampleSessions() as [string, string];
const bad = (name: string) => join(dataFolder, "bad", name);

const STATUSES: Readonly<Record<string, readonly [status: number, body: string]>> = {
  "/missing.nwb": [404, "<Error><Code>NoSuchKey</Code></Error>"],
  "/forbidden.nwb": [403, "<Error><Code>AccessDenied</Code></Error>"],
  "/broken.nwb": [500, "out of order"],
  "/page.nwb": [200, "<!doctype html><title>Sign in</title>"],
};
let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, body] = STATUSES[request.url!.split("?")[0]!] ?? [404, ""];
    response.writeHead(status, { "content-length": body.length }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What is wrong, how to name it, and what the error, the command's line and its exit code must be. */
const SOURCES: readonly (readonly [what: string, source: () => string, code: string, exit: number, says: RegExp])[] = [
  ["a missing file", () => bad("none.nwb"), "SOURCE_NOT_FOUND", 3, /^there is no file <data>\/bad\/none\.nwb/],
  ["a missing folder", () => bad("no/none.nwb"), "SOURCE_NOT_FOUND", 3, /there is no folder <data>\/bad\/no/],
  [
    "a glob that matches nothing",
    () => bad("*.nothing"),
    "SOURCE_NOT_FOUND",
    3,
    /^no file matches <data>\/bad\/\*\.nothing/,
  ],
  [
    "a folder",
    () => bad("folder.nwb"),
    "NOT_NWB",
    3,
    /folder\.nwb is a folder, but no Zarr store; name the files in it/,
  ],
  [
    "an empty file",
    () => bad("empty.nwb"),
    "EMPTY_FILE",
    3,
    /empty\.nwb is empty: 0 bytes; was its download or copy completed\?/,
  ],
  [
    "a truncated file",
    () => bad("truncated.nwb"),
    "TRUNCATED_FILE",
    3,
    /truncated\.nwb is truncated: 65536 of its \d+ bytes are there/,
  ],
  ["an HTML page", () => bad("html_page.nwb"), "NOT_NWB", 3, /it is an HTML page titled "404 Not Found"/],
  [
    "HDF5 that is not NWB",
    () => bad("not_nwb.nwb"),
    "NOT_NWB",
    3,
    /is an HDF5 file but not NWB: its root has no nwb_version/,
  ],
  ["a 404", () => `${url}/missing.nwb`, "SOURCE_NOT_FOUND", 3, /\/missing\.nwb.*404/],
  ["a 403", () => `${url}/forbidden.nwb?token=secret`, "ACCESS_DENIED", 3, /\/forbidden\.nwb.*403/],
  ["a 500", () => `${url}/broken.nwb`, "HTTP_STATUS", 4, /500.*\/broken\.nwb/],
  ["an HTML page by HTTP", () => `${url}/page.nwb`, "NOT_NWB", 3, /it is an HTML page titled "Sign in"/],
  ["no server", () => "http://127.0.0.1:9/a.nwb", "NETWORK", 4, /127\.0\.0\.1:9/],
  ["a scheme of another world", () => "gopher://a/b.nwb", "UNSUPPORTED", 3, /gopher/],
];

const COMMANDS: readonly (readonly string[])[] = [
  ["ls"],
  ["tables"],
  ["schema", "units"],
  ["read", "units"],
  ["metadata"],
];

async function failure(work: Promise<unknown>): Promise<LazyNwbError> {
  try {
    await work;
  } catch (error) {
    if (isLazyNwbError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe.each(SOURCES)("%s", (what, source, code, exit, says) => {
  test("is told by every command in one line, with its exit code", async () => {
    for (const command of COMMANDS) {
      const result = await cli([...command, source()]);
      expect(result.err).toMatch(/^lazynwb: [^\n]+\n$/);
      expect(result.err.slice("lazynwb: ".length)).toMatch(says);
      expect([command, result.code, result.out]).toEqual([command, exit, ""]);
      expect(result.err).not.toContain("secret");
    }
  }, 60_000);

  test("with --json is told on stdout, with the same exit code", async () => {
    const result = await cli(["read", "units", source(), "--json"]);
    expect([result.code, result.err]).toEqual([exit, ""]);
    expect(JSON.parse(result.out)).toMatchObject({ error: { code, message: expect.stringMatching(says) } });
  });

  test("rejects every function", async () => {
    const nwb = createLazyNwb();
    const calls = [
      () => nwb.scanNwb(source(), "units"),
      () => nwb.readNwb(source(), "units"),
      () => nwb.getTableSchema(source(), "units"),
      () => nwb.getMetadataDf(source()),
      () => nwb.getInternalPaths(source()),
      () => nwb.openNwb(source()),
    ];
    for (const call of calls) {
      const error = await failure(call());
      expect([String(call), error.code]).toEqual([String(call), code]);
      expect(withoutFolder(error.message)).not.toContain("secret");
    }
    await nwb.close();
  }, 60_000);

  test("beside a sound file: ignoreErrors keeps that one's rows and reports", async () => {
    if (code === "UNSUPPORTED" || source().includes("*")) return;
    const nwb = createLazyNwb();
    const warnings: Warning[] = [];
    const options = { ignoreErrors: true, onWarning: (warning: Warning) => warnings.push(warning) };
    const frame = await nwb.readNwb([source(), aster], "units", options);
    const sessions = await nwb.getMetadataDf([aster, source()], options);
    expect([frame.height, sessions.height]).toEqual([72, 1]);
    const failed = warnings.filter((warning) => warning.code === "FILE_FAILED");
    // A file of another kind lacks the table, and is skipped by the scan as any that lacks it; of metadata it has none.
    const isOther = what === "HDF5 that is not NWB";
    expect(failed.length).toBeGreaterThanOrEqual(isOther ? 1 : 2);
    expect(failed.every(({ details }) => isLazyNwbError(details?.error, code))).toBe(true);
    await nwb.close();
    const result = await cli(["read", "units", source(), aster, "-f", "ndjson", "-c", "unit_id", "--ignore-errors"]);
    expect(result.code).toBe(0);
    expect(result.out.split("\n").length - 1).toBe(72);
    expect(result.err).toMatch(isOther ? /^$/ : /^warning: [^\n]* failed and is left out: [^\n]+\n$/);
  });
});

describe("a wrong question to a sound file", () => {
  test.each([
    [
      "a missing table",
      ["schema", "unitss"],
      "NOT_FOUND",
      /there is no table 'unitss' in .*; did you mean '\/units'\?/,
    ],
    ["a table of no file's", ["read", "zzz"], "NOT_FOUND", /it has \/acquisition\/lick_sensor_events, /],
    [
      "a missing column",
      ["read", "units", "-c", "presence_rtio"],
      "UNKNOWN_COLUMN",
      /did you mean 'presence_ratio'\? \(columns: id, unit_id, /,
    ],
    [
      "a missing column in a filter",
      ["read", "units", "-w", "snrr > 1"],
      "UNKNOWN_COLUMN",
      /there is no column 'snrr'.*snr/,
    ],
    [
      "a missing column of the metadata",
      ["metadata", "-c", "sessionid"],
      "UNKNOWN_COLUMN",
      /there is no column "sessionid" in the metadata; there are identifier, /,
    ],
    ["text compared with a number", ["read", "units", "-w", "location > 3"], "TYPE_MISMATCH", /location/],
    [
      "a number compared with text",
      ["read", "units", "-w", "snr = 'high'"],
      "TYPE_MISMATCH",
      /snr is a number and cannot be compared with 'high'/,
    ],
    [
      "a filter that ends early",
      ["read", "units", "-w", "snr >"],
      "EXPRESSION_SYNTAX",
      /expected a column or a value, not the end \(at character 6\)/,
    ],
    ["a filter that is none", ["read", "units", "-w", "snr"], "TYPE_MISMATCH", /snr/],
    [
      "an array in place of a table",
      ["read", "/units/spike_times"],
      "SCHEMA",
      /\/units\/spike_times is an array, not a table; open '\/units'/,
    ],
  ])("%s", async (_, argv, code, says) => {
    const result = await cli([...argv, aster]);
    expect([result.code, result.out]).toEqual([3, ""]);
    expect(result.err).toMatch(/^lazynwb: [^\n]+\n$/);
    expect(result.err).toMatch(says);
    const asJson = await cli([...argv, aster, "--json"]);
    expect(JSON.parse(asJson.out).error.code).toBe(code);
    expect(asJson.code).toBe(3);
  });

  test("the details of an error can be branched on", async () => {
    const { out } = await cli(["read", "units", aster, "-c", "nope", "--json"]);
    expect(JSON.parse(out).error.details).toMatchObject({
      column: "nope",
      available: expect.arrayContaining(["snr", "unit_id"]),
    });
    const syntax = await cli(["read", "units", aster, "-w", "a = = 1", "--json"]);
    expect(JSON.parse(syntax.out).error.details).toMatchObject({ position: 4 });
  });

  test("what is wrong with a filter's text is found before any file is opened", async () => {
    const result = await cli(["read", "units", bad("none.nwb"), "-w", "snr >", "--json"]);
    expect(JSON.parse(result.out).error.code).toBe("EXPRESSION_SYNTAX");
  });

  test("a table that only some files have is read from those, unless told to raise", async () => {
    const nwb = createLazyNwb();
    expect((await nwb.readNwb([aster, birch], "invalid_times")).height).toBe(1);
    const error = await failure(nwb.readNwb([aster, birch], "invalid_times", { raiseOnMissing: true }));
    expect(error.code).toBe("NOT_FOUND");
    await nwb.close();
  });
});
