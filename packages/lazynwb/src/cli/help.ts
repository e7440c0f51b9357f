import { COMMANDS, type CommandSpec } from "./command-specs.ts";
import { COMMON_OPTIONS, OPTIONS, type OptionName, type OptionSpec } from "./options.ts";

/** The text of `--help`, for one command or for all. */
export function helpText(command: CommandSpec | undefined): string {
  return command === undefined ? overview() : commandHelp(command);
}

function overview(): string {
  const widest = Math.max(...COMMANDS.map((command) => command.usage.length));
  return [
    "lazynwb reads tables, time series and metadata of NWB files, and fetches only what the answer needs.",
    "",
    "Usage: lazynwb COMMAND [OPTION...] NAME...",
    "",
    ...COMMANDS.map((command) => `  ${command.usage.padEnd(widest)}  ${command.summary}`),
    "",
    "A SOURCE is a path or an http(s) URL; - reads a list of them from stdin, one a line.",
    "The answer is a table on a terminal, JSON elsewhere; --format and -o choose another form.",
    "Data go to stdout, progress and warnings to stderr.",
    "Exit codes: 0 ok, 1 internal, 2 usage, 3 bad input, 4 network.",
    "",
    "lazynwb COMMAND --help tells more, with examples. lazynwb --version prints the version.",
    "",
  ].join("\n");
}

function commandHelp(command: CommandSpec): string {
  const names = [...command.options, ...COMMON_OPTIONS];
  const heads = names.map(optionHead);
  const widest = Math.max(...heads.map((head) => head.length));
  return [
    `Usage: lazynwb ${command.usage} [OPTION...]`,
    "",
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.details === "" ? [] : [command.details]),
    "",
    "Options:",
    ...names.map((name, at) => `  ${heads[at]!.padEnd(widest)}  ${OPTIONS[name].help}`),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function optionHead(name: OptionName): string {
  const option: OptionSpec = OPTIONS[name];
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  return `${short}--${name}${option.value === undefined ? "" : ` ${option.value}`}`;
}
