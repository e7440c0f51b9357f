const BRAND = Symbol.for("lazynwb.error");

/** What every error of ours may say besides its message. */
export interface ErrorDetails {
  /** The `_nwb_path` of the file. Holds no credential. */
  readonly source?: string | undefined;
  /** The object in the file. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The root of our errors. Branch by `isLazyNwbError(error, "CODE")`: the brand survives duplicate copies of a package, which
 * `instanceof` does not.
 */
export class LazyNwbError extends Error {
  readonly code: string;
  readonly source: string | undefined;
  readonly path: string | undefined;

  constructor(message: string, details: ErrorDetails = {}, code = "LAZY_NWB") {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.source = details.source;
    this.path = details.path;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether something thrown is ours, of one of the codes where codes are given. */
export function isLazyNwbError(error: unknown, ...codes: readonly string[]): error is LazyNwbError {
  if (typeof error !== "object" || error === null || !(BRAND in error)) return false;
  return codes.length === 0 || codes.includes((error as unknown as LazyNwbError).code);
}
