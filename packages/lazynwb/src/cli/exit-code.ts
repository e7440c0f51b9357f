import { isLazyNwbError } from "@lazynwb/core";
import { UsageError } from "./usage-error.ts";

/** What the process ends with. */
export const EXIT = Object.freeze({ ok: 0, internal: 1, usage: 2, badInput: 3, network: 4, interrupted: 130 });

/** A server or a connection failed: the same command may work later. */
const NETWORK_CODES = ["NETWORK", "HTTP_STATUS", "RANGE_IGNORED"];
/** Disk or network, by where the source lies. */
const TRANSPORT_CODES = ["SHORT_READ", "SOURCE_CHANGED", "STORAGE"];

/**
 * The exit code for an error: 2 usage, 4 network, 3 bad input (a wrong name, a source that is not there or may not be read,
 * a damaged file, a question that does not fit), 1 what we did not foresee.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (isLazyNwbError(error, ...NETWORK_CODES)) return EXIT.network;
  if (isLazyNwbError(error, ...TRANSPORT_CODES)) return isRemote(error.source) ? EXIT.network : EXIT.badInput;
  if (isLazyNwbError(error)) return EXIT.badInput;
  return isFileSystemError(error) ? EXIT.badInput : EXIT.internal;
}

function isRemote(source: string | undefined): boolean {
  return source !== undefined && /^[a-z][a-z0-9+.-]+:\/\//i.test(source) && !/^file:/i.test(source);
}

/** Errors of node:fs, which come from writing to `-o FILE`. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && typeof (error as NodeJS.ErrnoException).code === "string";
}
