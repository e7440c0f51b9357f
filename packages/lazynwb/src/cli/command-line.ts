import { parseArgs } from "node:util";
import { closeNames } from "@lazynwb/core";
import { COMMANDS, type CommandSpec, findCommand } from "./command-specs.ts";
import { COMMON_OPTIONS, FORMATS, type Format, OPTIONS, type OptionName } from "./options.ts";
import { UsageError } from "./usage-error.ts";

/** A command line that was understood. */
export interface CommandLine {
  readonly command: CommandSpec;
  /** The table, for commands that take one. */
  readonly table: string;
  /** As they were written; `-` stands for a list on stdin. */
  readonly sources: readonly string[];
  readonly columns: readonly string[] | undefined;
  readonly where: readonly string[];
  readonly limit: number | undefined;
  readonly nanAsNull: boolean;
  readonly format: Format | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
  readonly stats: boolean;
  readonly ignoreErrors: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** `help` and `version` ask for no work. */
export type Request =
  | { readonly kind: "help"; readonly command: CommandSpec | undefined }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly line: CommandLine };

type Values = Readonly<Partial<Record<OptionName, string | boolean | readonly (string | boolean)[]>>>;

/**
 * Understands a command line. Options may stand before or after names.
 *
 * @throws UsageError that tells what is wrong and what there is.
 */
export function parseCommandLine(argv: readonly string[]): Request {
  const { values, positionals } = parseWords(argv);
  const [name, ...words] = positionals;
  if (name === undefined || name === "help") {
    if (values.version === true) return { kind: "version" };
    if (name === undefined && values.help !== true && argv.length > 0) throw new UsageError("name a command first");
    return { kind: "help", command: words[0] === undefined ? undefined : findCommand(words[0]) };
  }
  if (values.version === true) return { kind: "version" };
  const command = findCommand(name);
  if (command === undefined) throw new UsageError(unknownCommand(name));
  if (values.help === true) return { kind: "help", command };
  checkOptions(command, values);
  return { kind: "run", line: lineOf(command, values, words) };
}

function parseWords(argv: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(wordsMessage(error, argv));
  }
}

/** The parser's own messages explain themselves at length; these are short. */
function wordsMessage(error: unknown, argv: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const option = /'(-[^'\s]*)/.exec(message)?.[1] ?? "";
  const code = (error as { code?: string }).code;
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const close = closeNames(option.replace(/^-+/, ""), Object.keys(OPTIONS), 1)[0];
    return `there is no option ${option}${close === undefined ? "" : `; did you mean --${close}?`}`;
  }
  if (/does not take an argument/.test(message)) return `${option} takes no value`;
  const long = /--[a-z-]+/.exec(message)?.[0] ?? option;
  const at = argv.findIndex((word) => word === long || word === option);
  const next = argv[at + 1];
  return at >= 0 && next?.startsWith("-")
    ? `${long} wants a value; if it is "${next}", write ${long}="${next}"`
    : `${long} wants a value`;
}

function unknownCommand(name: string): string {
  const close = closeNames(
    name,
    COMMANDS.map((command) => command.name),
    1,
  )[0];
  const all = COMMANDS.map((command) => command.name).join(", ");
  return `there is no command "${name}"${close === undefined ? ` (there are ${all})` : `; did you mean ${close}?`}`;
}

function checkOptions(command: CommandSpec, values: Values): void {
  const taken: readonly string[] = [...COMMON_OPTIONS, ...command.options];
  for (const name of Object.keys(values))
    if (!taken.includes(name)) throw new UsageError(`${command.name} takes no --${name}`, command.name);
}

function lineOf(command: CommandSpec, values: Values, words: readonly string[]): CommandLine {
  const text = (name: OptionName) => values[name] as string | undefined;
  const named = text("table");
  const takesTable = command.takesTable;
  const table = takesTable ? (named ?? words[0]) : "";
  const sources = takesTable && named === undefined ? words.slice(1) : words;
  if (table === undefined || table === "") {
    if (takesTable) throw new UsageError(`${command.name} wants a table and a source`, command.name);
  }
  if (sources.length === 0) throw new UsageError(noSource(command, table), command.name);
  if (command.oneSource && sources.length > 1)
    throw new UsageError(`${command.name} takes one source, not ${sources.length}`, command.name);
  return {
    command,
    table: table ?? "",
    sources,
    columns: columnsOf(values.columns as readonly string[] | undefined, command),
    where: (values.where as readonly string[] | undefined) ?? [],
    limit: limitOf(text("limit"), command),
    nanAsNull: values["nan-as-null"] === true,
    ...outputOf(text("format"), text("output"), values.json === true, command),
    stats: values.stats === true,
    ignoreErrors: values["ignore-errors"] === true,
    quiet: values.quiet === true,
    color: values["no-color"] !== true,
  };
}

/** A single name for a command that wants two is more likely the file than the table. */
function noSource(command: CommandSpec, table: string | undefined): string {
  const forgotten = table !== undefined && /\.(nwb|h5|hdf5|zarr)$|:\/\//i.test(table);
  return forgotten
    ? `${command.name} wants a table before the source ${table}`
    : `${command.name} wants a source: a file, a URL, or - for a list of them on stdin`;
}

function columnsOf(lists: readonly string[] | undefined, command: CommandSpec): string[] | undefined {
  if (lists === undefined) return undefined;
  const names = lists.flatMap((list) => list.split(",")).map((name) => name.trim());
  if (names.includes("")) throw new UsageError("--columns wants names with commas between them", command.name);
  return [...new Set(names)];
}

function limitOf(text: string | undefined, command: CommandSpec): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(limit))
    throw new UsageError(`--limit wants a whole number, not "${text}"`, command.name);
  return limit;
}

const FORMAT_OF_ENDING: Readonly<Record<string, Format>> = {
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  csv: "csv",
  arrow: "arrow",
  feather: "arrow",
  arrows: "arrows",
  txt: "table",
};

function outputOf(
  format: string | undefined,
  output: string | undefined,
  json: boolean,
  command: CommandSpec,
): Pick<CommandLine, "format" | "output" | "json"> {
  if (format !== undefined && !FORMATS.includes(format as Format))
    throw new UsageError(`--format is one of ${FORMATS.join(", ")}, not "${format}"`, command.name);
  const file = output === "-" ? undefined : output;
  if (file === "") throw new UsageError("-o wants the name of a file", command.name);
  const chosen = (format as Format | undefined) ?? (json ? "json" : undefined);
  if (file === undefined || chosen !== undefined) return { format: chosen, output: file, json };
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
  const guessed = FORMAT_OF_ENDING[ending];
  if (guessed === undefined)
    throw new UsageError(
      `the ending of ${file} tells no format; add --format ${FORMATS.slice(1).join("|")}`,
      command.name,
    );
  return { format: guessed, output: file, json };
}
