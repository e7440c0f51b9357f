import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baseName, closeNames, joinPath, normalizePath, parentPath } from "../../src/index.ts";

describe("closeNames", () => {
  const names = [
    "/intervals/trials",
    "/intervals/epochs",
    "/units",
    "/general/subject",
    "/processing/behavior/running_speed",
  ];

  test.each([
    ["trails", ["/intervals/trials"]],
    ["/intervals/trial", ["/intervals/trials"]],
    ["UNITS", ["/units"]],
    ["unit", ["/units"]],
    ["speed", ["/processing/behavior/running_speed"]],
    ["something else", []],
  ])("%s", (wanted, expected) => {
    expect(closeNames(wanted, names)).toEqual(expected);
  });

  test("gives the nearest first, and no more than asked for", () => {
    expect(closeNames("spike_times", ["spike_time", "spike_timez_", "spike_times", "spoke_timez"], 2)).toEqual([
      "spike_times",
      "spike_time",
    ]);
  });

  test("finds any name that one slip makes of it", () => {
    const word = fc.stringMatching(/^[a-z_]{4,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom("drop", "swap", "replace"), (name, place, slip) => {
        const at = place % (name.length - 1);
        const slipped =
          slip === "drop"
            ? name.slice(0, at) + name.slice(at + 1)
            : slip === "swap"
              ? name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2)
              : `${name.slice(0, at)}0${name.slice(at + 1)}`;
        expect(closeNames(slipped, [`/a/${name}`])).toEqual([`/a/${name}`]);
      }),
    );
  });
});

describe("paths", () => {
  test.each([
    ["", "/"],
    ["/", "/"],
    ["units//spike_times/", "/units/spike_times"],
    ["./units/.", "/units"],
    ["/a/../b", "/a/../b"],
  ])("normalizePath(%j)", (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
  });

  test("a path is its parent and its name", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes("/") && text !== ".");
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
        const path = normalizePath(parts.join("/"));
        expect(joinPath(parentPath(path), baseName(path))).toBe(path);
        expect(normalizePath(path)).toBe(path);
      }),
    );
  });
});
