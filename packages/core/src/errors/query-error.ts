import { type ErrorDetails, LazyNwbError } from "./lazynwb-error.ts";

/** What was found in files does not fit what was asked of them. */
export class SchemaError extends LazyNwbError {
  constructor(message: string, details: ErrorDetails = {}, code = "SCHEMA") {
    super(message, details, code);
  }
}

/** No such table, group or array. */
export class NotFoundError extends SchemaError {
  /** Names that may have been meant, likeliest first. */
  readonly candidates: readonly string[];
  constructor(message: string, details: ErrorDetails & { readonly candidates?: readonly string[] | undefined } = {}) {
    super(message, details, "NOT_FOUND");
    this.candidates = details.candidates ?? [];
  }
}

/** A name that could mean several tables. */
export class AmbiguousNameError extends SchemaError {
  readonly candidates: readonly string[];
  constructor(message: string, details: ErrorDetails & { readonly candidates: readonly string[] }) {
    super(message, details, "AMBIGUOUS_NAME");
    this.candidates = details.candidates;
  }
}

/** Columns that cannot be brought together. */
export class ColumnMismatchError extends SchemaError {
  readonly column: string;
  constructor(message: string, details: ErrorDetails & { readonly column: string }) {
    super(message, details, "COLUMN_MISMATCH");
    this.column = details.column;
  }
}

/** A question that cannot be answered as it was put. */
export class QueryError extends LazyNwbError {
  constructor(message: string, details: ErrorDetails = {}, code = "QUERY") {
    super(message, details, code);
  }
}

/** No such column. */
export class UnknownColumnError extends QueryError {
  readonly column: string;
  readonly available: readonly string[];
  constructor(
    message: string,
    details: ErrorDetails & { readonly column: string; readonly available: readonly string[] },
  ) {
    super(message, details, "UNKNOWN_COLUMN");
    this.column = details.column;
    this.available = details.available;
  }
}

/** Operands whose types do not go together. */
export class TypeMismatchError extends QueryError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details, "TYPE_MISMATCH");
  }
}

/** Text that is no expression; `position` is the character at which it stops being one. */
export class ExpressionSyntaxError extends QueryError {
  readonly position: number;
  constructor(message: string, details: ErrorDetails & { readonly position: number }) {
    super(message, details, "EXPRESSION_SYNTAX");
    this.position = details.position;
  }
}
