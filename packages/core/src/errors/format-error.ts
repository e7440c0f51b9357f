import { type ErrorDetails, LazyNwbError } from "./lazynwb-error.ts";

export interface FormatErrorDetails extends ErrorDetails {
  /** Where in the file the fault lies. Bytes. */
  readonly offset?: number | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
}

/** Bytes that are not what the format asks for. */
export class FormatError extends LazyNwbError {
  readonly offset: number | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  constructor(message: string, details: FormatErrorDetails = {}, code = "FORMAT") {
    super(message, details, code);
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
  }
}

/** The bytes are of none of the formats that the backends know. */
export class NotNwbError extends FormatError {
  constructor(message: string, details: FormatErrorDetails = {}) {
    super(message, details, "NOT_NWB");
  }
}

/** There are no bytes at all. */
export class EmptyFileError extends FormatError {
  constructor(message: string, details: FormatErrorDetails = {}) {
    super(message, details, "EMPTY_FILE");
  }
}

/** The file ends before what it says it holds. */
export class TruncatedFileError extends FormatError {
  constructor(message: string, details: FormatErrorDetails = {}) {
    super(message, details, "TRUNCATED_FILE");
  }
}

/** A chunk that a filter could not undo: wrong checksum, wrong size, broken stream. */
export class CorruptChunkError extends FormatError {
  readonly filter: string | undefined;
  constructor(message: string, details: FormatErrorDetails & { readonly filter?: string | undefined } = {}) {
    super(message, details, "CORRUPT_CHUNK");
    this.filter = details.filter;
  }
}

/** Well-formed, but something this reader does not do. */
export class UnsupportedError extends LazyNwbError {
  readonly feature: string;
  constructor(message: string, details: ErrorDetails & { readonly feature: string }) {
    super(message, details, "UNSUPPORTED");
    this.feature = details.feature;
  }
}

/** More than a limit allows. */
export class LimitError extends LazyNwbError {
  readonly limit: string;
  readonly wanted: number | undefined;
  readonly allowed: number | undefined;
  constructor(
    message: string,
    details: ErrorDetails & {
      readonly limit: string;
      readonly wanted?: number | undefined;
      readonly allowed?: number | undefined;
    },
  ) {
    super(message, details, "LIMIT");
    this.limit = details.limit;
    this.wanted = details.wanted;
    this.allowed = details.allowed;
  }
}
