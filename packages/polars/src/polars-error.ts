import { closeNames, isLazyNwbError, QueryError, TypeMismatchError, UnknownColumnError } from "@lazynwb/core";

const UNKNOWN_COLUMN = [/unable to find column "([^"]*)"/, /^not found: "?([^";\n]*)"?(?:;| not found)/];
const MISTYPED =
  /dtypes?\b|cannot compare|cannot check|\btype\b|not supported for|must be of type|arithmetic on .* not allowed/i;

/**
 * What polars threw, as one of ours: a name that is not there, operands that do not go together, or another fault in how
 * the question was put. Errors of ours pass untouched.
 */
export function asQueryError(cause: unknown, available: readonly string[]): unknown {
  if (isLazyNwbError(cause) || !(cause instanceof Error)) return cause;
  const column = UNKNOWN_COLUMN.map((pattern) => pattern.exec(cause.message)?.[1]).find((name) => name !== undefined);
  if (column !== undefined && !available.includes(column))
    return new UnknownColumnError(unknownColumnMessage(column, available), { column, available, cause });
  const message = firstParagraph(cause.message);
  return MISTYPED.test(message) ? new TypeMismatchError(message, { cause }) : new QueryError(message, { cause });
}

function unknownColumnMessage(column: string, available: readonly string[]): string {
  const close = closeNames(column, available);
  const meant = close.length === 0 ? "" : ` Did you mean ${close.map((name) => `"${name}"`).join(" or ")}?`;
  return `There is no column "${column}".${meant} There are: ${available.join(", ")}.`;
}

/** polars adds the plan it had so far, which is ours and not the user's. */
function firstParagraph(message: string): string {
  return message.split(/\n\s*\n/)[0]!.trim();
}
