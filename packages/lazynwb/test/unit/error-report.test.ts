import {
  AccessDeniedError,
  EmptyFileError,
  ExpressionSyntaxError,
  HttpStatusError,
  NetworkError,
  NotFoundError,
  ShortReadError,
  SourceNotFoundError,
  UnknownColumnError,
} from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { errorLine, errorObject } from "../../src/cli/error-report.ts";
import { exitCodeOf } from "../../src/cli/exit-code.ts";
import { PLAIN } from "../../src/cli/style.ts";
import { UsageError } from "../../src/cli/usage-error.ts";

describe("exit codes", () => {
  const short = { expected: 10, found: 5 };
  test.each([
    [new UsageError("x"), 2],
    [new SourceNotFoundError("x", { source: "https://a/b.nwb" }), 3],
    [new AccessDeniedError("x", { status: 403 }), 3],
    [new EmptyFileError("x"), 3],
    [new NotFoundError("x"), 3],
    [new UnknownColumnError("x", { column: "a", available: [] }), 3],
    [new ExpressionSyntaxError("x", { position: 1 }), 3],
    [new NetworkError("x"), 4],
    [new HttpStatusError("x", { status: 503 }), 4],
    [new ShortReadError("x", { ...short, source: "https://a/b.nwb" }), 4],
    [new ShortReadError("x", { ...short, source: "/data/b.nwb" }), 3],
    [new ShortReadError("x", { ...short, source: "C:/data/b.nwb" }), 3],
    [Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" }), 3],
    [new TypeError("x"), 1],
  ])("%s ends with %d", (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe("what is printed of an error", () => {
  test("one line says what, where and what to do", () => {
    const error = new EmptyFileError("the file holds no bytes", { source: "/data/a.nwb" });
    expect(errorLine(error, PLAIN)).toBe(
      "lazynwb: the file holds no bytes (/data/a.nwb); was its download or copy completed?",
    );
  });

  test("the place and the advice are not said twice", () => {
    const error = new SourceNotFoundError("/data/a.nwb does not exist; is the disk mounted?", {
      source: "/data/a.nwb",
    });
    expect(errorLine(error, PLAIN)).toBe("lazynwb: /data/a.nwb does not exist; is the disk mounted?");
  });

  test("several lines and control characters become one line", () => {
    expect(errorLine(new NotFoundError("no \x1b]0;x\x07\n  table"), PLAIN)).toBe(
      "lazynwb: no \\u001b]0;x\\u0007; table",
    );
  });

  test("as JSON it has code, message and what the error knows", () => {
    const error = new UnknownColumnError("there is no column snrr", {
      column: "snrr",
      available: ["id", "snr"],
      path: "/units",
    });
    expect(errorObject(error)).toEqual({
      error: {
        code: "UNKNOWN_COLUMN",
        message: "there is no column snrr (/units)",
        details: { path: "/units", column: "snrr", available: ["id", "snr"] },
      },
    });
  });

  test("a fault of ours is told apart", () => {
    expect(errorObject(new TypeError("x is undefined")).error.code).toBe("INTERNAL");
    expect(errorLine(new TypeError("x is undefined"), PLAIN)).toContain("internal error: TypeError: x is undefined");
  });
});
