/** Every option of the command; each command names those that it takes. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What its value is called in the help. */
  readonly value?: string;
  readonly help: string;
}

export const FORMATS = ["table", "json", "ndjson", "csv", "arrow", "arrows"] as const;
export type Format = (typeof FORMATS)[number];

export const OPTIONS = {
  table: { type: "string", value: "TABLE", help: "the table; the same as naming it first" },
  columns: { type: "string", short: "c", value: "A,B", help: "columns of the answer, in this order", multiple: true },
  where: {
    type: "string",
    short: "w",
    value: "FILTER",
    help: "rows to keep; given twice, both must hold",
    multiple: true,
  },
  limit: { type: "string", short: "n", value: "N", help: "rows at most" },
  "nan-as-null": { type: "boolean", help: "take NaN for null, before any filter" },
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    help: `${FORMATS.join(", ")} (arrow: IPC file, arrows: IPC stream)`,
  },
  output: {
    type: "string",
    short: "o",
    value: "FILE",
    help: "write there instead of to stdout; its ending tells the format",
  },
  json: { type: "boolean", help: "JSON, errors too" },
  stats: { type: "boolean", help: "print rounds, requests, bytes and seconds on stderr" },
  "ignore-errors": { type: "boolean", help: "leave out files that fail, and tell which" },
  quiet: { type: "boolean", short: "q", help: "no progress and no warnings" },
  "no-color": { type: "boolean", help: "no colour; so does the variable NO_COLOR" },
  help: { type: "boolean", short: "h", help: "this text" },
  version: { type: "boolean", help: "the version" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type OptionName = keyof typeof OPTIONS;
/** Options that every command takes. */
export const COMMON_OPTIONS: readonly OptionName[] = ["stats", "quiet", "no-color", "help"];
