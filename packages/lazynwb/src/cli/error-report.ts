import { isLazyNwbError } from "@lazynwb/core";
import { isFileSystemError } from "./exit-code.ts";
import type { Style } from "./style.ts";
import { printable } from "./text-width.ts";
import { UsageError } from "./usage-error.ts";

/** What `--json` prints in place of an answer. */
export interface ErrorObject {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** Fields that every error has, and those that say nothing to a reader of JSON. */
const NOT_DETAILS = new Set(["name", "message", "stack", "code", "cause"]);

export function errorObject(error: unknown): ErrorObject {
  const message = messageOf(error);
  const details: Record<string, unknown> = {};
  if (isLazyNwbError(error) || error instanceof UsageError)
    for (const [name, value] of Object.entries(error))
      if (!NOT_DETAILS.has(name) && value !== undefined) details[name] = value;
  return { error: { code: codeOf(error), message, details } };
}

function codeOf(error: unknown): string {
  if (isLazyNwbError(error) || error instanceof UsageError) return error.code;
  return isFileSystemError(error) ? "OUTPUT" : "INTERNAL";
}

/** What, where and what to do, on one line. */
export function errorLine(error: unknown, style: Style): string {
  return `${style.red("lazynwb:")} ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `internal error: ${printable(String(error))}`;
  const message = oneLine(error.message);
  if (error instanceof UsageError)
    return `${message}; see lazynwb ${error.command === undefined ? "" : `${error.command} `}--help`;
  if (isLazyNwbError(error)) return withPlace(message, error.source, error.path) + adviceFor(error.code, message);
  if (isFileSystemError(error)) return `cannot write the output: ${message}`;
  return `internal error: ${error.name}: ${message}; set LAZYNWB_DEBUG=1 to see where, and please report it`;
}

function oneLine(text: string): string {
  return printable(text.trim().replace(/\s*\n\s*/g, "; "));
}

/** Where it happened, unless the message tells already. */
function withPlace(message: string, source: string | undefined, path: string | undefined): string {
  const parts = [path, source].filter((part) => part !== undefined && !message.includes(part));
  return parts.length === 0 ? message : `${message} (${printable(parts.join(" in "))})`;
}

const ADVICE: Readonly<Record<string, string>> = {
  SOURCE_NOT_FOUND: "check the name",
  ACCESS_DENIED: "check your permissions or credentials",
  NETWORK: "check the connection and try again",
  SHORT_READ: "try again",
  SOURCE_CHANGED: "run the command again",
  RANGE_IGNORED: "download the file first, or serve it by a server that answers ranges",
  EMPTY_FILE: "was its download or copy completed?",
  TRUNCATED_FILE: "was its download or copy completed?",
  NOT_NWB: "name an NWB file (HDF5 or Zarr)",
};

/** What to do, where the message does not tell already: those that do end in a second clause or a question. */
function adviceFor(code: string, message: string): string {
  const advice = ADVICE[code];
  return advice === undefined || /; [^;]{6,}$|\?$/.test(message) ? "" : `; ${advice}`;
}
