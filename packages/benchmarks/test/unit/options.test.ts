import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseOptions } from "../../src/options.ts";
import { CORPUS_FILES, filesOf, QUESTIONS } from "../../src/questions.ts";

describe("parseOptions", () => {
  test("asks everything of both unless told", () => {
    expect(parseOptions([])).toEqual({ questions: QUESTIONS, withReference: true, jsonFile: undefined, runs: 3 });
  });

  test("takes what pnpm passes on", () => {
    const options = parseOptions(["--", "--only", "series", "--only", "paths", "--ours", "--runs", "5", "--json", "x"]);
    expect(options.questions.map((question) => question.name)).toEqual(["paths", "series"]);
    expect(options).toMatchObject({ withReference: false, runs: 5, jsonFile: "x" });
  });

  test.each([["--only", "nothing"], ["--runs", "0"], ["--runs", "many"], ["--speed"]])("refuses %s %s", (...wrong) => {
    expect(() => parseOptions(wrong)).toThrow();
  });
});

describe("questions", () => {
  test("each is known to the reference's script too", () => {
    const script = readFileSync(new URL("../../scripts/reference.py", import.meta.url), "utf8");
    const table = script.slice(script.indexOf("QUESTIONS = {"), script.indexOf("def main"));
    const names = [...table.matchAll(/^ {4}"([^"]+)":/gm)].map((match) => match[1]);
    expect(names.sort()).toEqual(QUESTIONS.map((question) => question.name).sort());
  });

  test("need the two sessions and sixty small files", () => {
    expect(CORPUS_FILES).toHaveLength(62);
    expect(filesOf("many").at(-1)).toBe("many/s059.nwb");
  });
});

test("what Python installs is pinned to the version", () => {
  const text = readFileSync(new URL("../../scripts/requirements.txt", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines).toContain("lazynwb==1.0.0");
  for (const line of lines) expect(line).toMatch(/^[\w.-]+==[\w.]+$/);
});
