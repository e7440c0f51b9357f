import { type ErrorDetails, LazyNwbError } from "./lazynwb-error.ts";

/** Bytes could not be had. */
export class StorageError extends LazyNwbError {
  constructor(message: string, details: ErrorDetails = {}, code = "STORAGE") {
    super(message, details, code);
  }
}

/** There is no such file or object. */
export class SourceNotFoundError extends StorageError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details, "SOURCE_NOT_FOUND");
  }
}

/** The server or the file system refuses: 401, 403, EACCES. */
export class AccessDeniedError extends StorageError {
  readonly status: number | undefined;
  constructor(message: string, details: ErrorDetails & { readonly status?: number | undefined } = {}) {
    super(message, details, "ACCESS_DENIED");
    this.status = details.status;
  }
}

/** The server answered with a status that is none of the expected. */
export class HttpStatusError extends StorageError {
  readonly status: number;
  constructor(message: string, details: ErrorDetails & { readonly status: number }) {
    super(message, details, "HTTP_STATUS");
    this.status = details.status;
  }
}

/** The server sent the whole object in place of the range that was asked for, and it was too large to take. */
export class RangeIgnoredError extends StorageError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details, "RANGE_IGNORED");
  }
}

/** Fewer bytes came than were promised, and the object does not end there. */
export class ShortReadError extends StorageError {
  readonly expected: number;
  readonly found: number;
  constructor(message: string, details: ErrorDetails & { readonly expected: number; readonly found: number }) {
    super(message, details, "SHORT_READ");
    this.expected = details.expected;
    this.found = details.found;
  }
}

/** The object was replaced while it was read. */
export class SourceChangedError extends StorageError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details, "SOURCE_CHANGED");
  }
}

/** No connection, or one that broke. */
export class NetworkError extends StorageError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details, "NETWORK");
  }
}
