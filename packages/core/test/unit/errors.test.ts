import { describe, expect, test, vi } from "vitest";
import * as core from "../../src/index.ts";
import { type CallOptions, isLazyNwbError, LazyNwbError, notify, throwIfAborted } from "../../src/index.ts";

const classes = Object.entries(core).filter(
  (entry): entry is [string, new (message: string, details: object) => LazyNwbError] =>
    typeof entry[1] === "function" && entry[1].prototype instanceof LazyNwbError,
);

describe("errors", () => {
  test("there are some", () => {
    expect(classes.length).toBeGreaterThan(15);
  });

  test.each(classes)("%s has the code of its name, and keeps what it was told", (name, Type) => {
    const cause = new Error("why");
    const error = new Type("what happened", { source: "a.nwb", path: "/units", cause });
    expect(name.endsWith("Error")).toBe(true);
    expect(error.code).toBe(
      name
        .replace(/Error$/, "")
        .replace(/(?<!^)([A-Z])/g, "_$1")
        .toUpperCase(),
    );
    expect(error).toMatchObject({ name, message: "what happened", source: "a.nwb", path: "/units", cause });
    expect(error).toBeInstanceOf(Error);
    expect(isLazyNwbError(error)).toBe(true);
    expect(isLazyNwbError(error, "SOMETHING", error.code)).toBe(true);
    expect(isLazyNwbError(error, "SOMETHING")).toBe(false);
  });

  test("no two classes have one code", () => {
    const codes = classes.map(([, Type]) => new Type("", {}).code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("the brand survives a second copy of the package", () => {
    const foreign = Object.defineProperty(
      Object.assign(new Error("x"), { code: "NETWORK" }),
      Symbol.for("lazynwb.error"),
      {
        value: true,
      },
    );
    expect(isLazyNwbError(foreign, "NETWORK")).toBe(true);
    for (const other of [new Error("x"), null, undefined, "NETWORK", { code: "NETWORK" }])
      expect(isLazyNwbError(other)).toBe(false);
  });

  test("without a cause there is none", () => {
    expect("cause" in new core.StorageError("x")).toBe(false);
  });
});

describe("call options", () => {
  test("an abort throws the reason itself", () => {
    const reason = { mine: true };
    const options: CallOptions = { signal: AbortSignal.abort(reason) };
    let thrown: unknown;
    try {
      throwIfAborted(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(reason);
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted({ signal: new AbortController().signal })).not.toThrow();
  });

  test("a listener that throws does not alter the result, and is heard of", () => {
    const later = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
    try {
      const fault = new Error("listener");
      const listener = () => {
        throw fault;
      };
      expect(notify(listener, 1)).toBeUndefined();
      const [raise] = later.mock.calls[0]!;
      expect(raise).toThrow(fault);
    } finally {
      later.mockRestore();
    }
  });

  test("a listener hears of its event", () => {
    const heard: number[] = [];
    notify((event: number) => heard.push(event), 7);
    notify(undefined, 8);
    expect(heard).toEqual([7]);
  });
});
