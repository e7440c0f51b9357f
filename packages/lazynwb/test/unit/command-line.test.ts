import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/cli/command-line.ts";
import { COMMANDS } from "../../src/cli/command-specs.ts";
import { helpText } from "../../src/cli/help.ts";
import { UsageError } from "../../src/cli/usage-error.ts";

function lineOf(...argv: string[]) {
  const request = parseCommandLine(argv);
  if (request.kind !== "run") throw new Error(`asks for ${request.kind}`);
  return request.line;
}

function refusal(argv: readonly string[]): string {
  try {
    parseCommandLine(argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("command lines", () => {
  test("options stand before or after names", () => {
    const expected = { table: "units", sources: ["a.nwb", "b.nwb"], columns: ["id", "snr"], limit: 5 };
    expect(lineOf("read", "units", "a.nwb", "b.nwb", "--columns", "id,snr", "--limit", "5")).toMatchObject(expected);
    expect(lineOf("--limit", "5", "read", "-c", "id", "units", "-c", "snr", "a.nwb", "b.nwb")).toMatchObject(expected);
    expect(lineOf("read", "a.nwb", "--table", "units", "b.nwb", "--columns=id, snr", "-n5")).toMatchObject(expected);
  });

  test("formats come from --format, --json and the ending of the file", () => {
    expect(lineOf("read", "units", "a.nwb").format).toBeUndefined();
    expect(lineOf("read", "units", "a.nwb", "--json")).toMatchObject({ format: "json", json: true });
    expect(lineOf("read", "units", "a.nwb", "--json", "-f", "ndjson")).toMatchObject({ format: "ndjson", json: true });
    expect(lineOf("read", "units", "a.nwb", "-o", "x/good.arrow")).toMatchObject({
      format: "arrow",
      output: "x/good.arrow",
    });
    expect(lineOf("read", "units", "a.nwb", "-o", "good.bin", "-f", "arrows")).toMatchObject({ format: "arrows" });
    expect(lineOf("read", "units", "a.nwb", "-o", "-").output).toBeUndefined();
  });

  test("filters given twice are both kept", () => {
    expect(lineOf("read", "units", "a.nwb", "-w", "a > 1", "--where=b < 2").where).toEqual(["a > 1", "b < 2"]);
  });

  test.each([
    [["raed", "units", "a.nwb"], 'there is no command "raed"; did you mean read?'],
    [["xyzzy"], 'there is no command "xyzzy" (there are ls, tables, schema, read, metadata)'],
    [["read", "units"], "read wants a source: a file, a URL, or - for a list of them on stdin"],
    [["read", "a.nwb"], "read wants a table before the source a.nwb"],
    [["read"], "read wants a table and a source"],
    [["read", "units", "a.nwb", "--colums", "id"], "there is no option --colums; did you mean --columns?"],
    [["read", "units", "a.nwb", "--limit"], "--limit wants a value"],
    [["read", "units", "a.nwb", "--limit", "-1"], '--limit wants a value; if it is "-1", write --limit="-1"'],
    [["read", "units", "a.nwb", "--limit", "ten"], '--limit wants a whole number, not "ten"'],
    [["read", "units", "a.nwb", "--limit", "1.5"], '--limit wants a whole number, not "1.5"'],
    [
      ["read", "units", "a.nwb", "--format", "parquet"],
      '--format is one of table, json, ndjson, csv, arrow, arrows, not "parquet"',
    ],
    [["read", "units", "a.nwb", "--columns", "id,,snr"], "--columns wants names with commas between them"],
    [
      ["read", "units", "a.nwb", "-o", "units"],
      "the ending of units tells no format; add --format json|ndjson|csv|arrow|arrows",
    ],
    [["read", "units", "a.nwb", "--json=yes"], "--json takes no value"],
    [["ls", "a.nwb", "b.nwb"], "ls takes one source, not 2"],
    [["ls", "a.nwb", "--where", "x"], "ls takes no --where"],
    [["--json"], "name a command first"],
  ])("%j is refused", (argv, message) => {
    expect(refusal(argv)).toBe(message);
  });

  test("help and version are asked for in the usual ways", () => {
    expect(parseCommandLine([])).toEqual({ kind: "help", command: undefined });
    expect(parseCommandLine(["--help"])).toEqual({ kind: "help", command: undefined });
    expect(parseCommandLine(["help", "read"])).toMatchObject({ kind: "help", command: { name: "read" } });
    expect(parseCommandLine(["read", "-h"])).toMatchObject({ kind: "help", command: { name: "read" } });
    expect(parseCommandLine(["--version"])).toEqual({ kind: "version" });
  });

  test("every command's help has its usage, its options and examples that parse, in 120 columns", () => {
    for (const command of COMMANDS) {
      const text = helpText(command);
      expect(text).toContain(`Usage: lazynwb ${command.usage}`);
      for (const option of command.options) expect(text).toContain(`--${option}`);
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(130);
      for (const example of command.examples) {
        const words = Array.from(example.split(" > ")[0]!.matchAll(/"([^"]*)"|(\S+)/g), (word) => word[1] ?? word[2]!);
        expect(words.shift()).toBe("lazynwb");
        expect(lineOf(...words).command).toBe(command);
      }
    }
  });
});
