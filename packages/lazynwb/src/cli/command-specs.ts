import type { OptionName } from "./options.ts";

/** What a command is called, takes and does; its work is in `commands/`. */
export interface CommandSpec {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly takesTable: boolean;
  readonly oneSource: boolean;
  readonly options: readonly OptionName[];
  readonly details: string;
  readonly examples: readonly string[];
}

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "ls",
    usage: "ls SOURCE",
    summary: "what one file holds: tables, time series, other objects",
    takesTable: false,
    oneSource: true,
    options: ["json", "format", "output"],
    details: "Reads headers only. Paths are those that schema and read take.",
    examples: ["lazynwb ls session.nwb", "lazynwb ls https://example.org/session.nwb --json"],
  },
  {
    name: "tables",
    usage: "tables SOURCE...",
    summary: "the tables of one or many files, with rows and columns",
    takesTable: false,
    oneSource: false,
    options: ["json", "format", "output", "ignore-errors"],
    details: "Reads headers only.",
    examples: ["lazynwb tables session.nwb", "lazynwb tables *.nwb"],
  },
  {
    name: "schema",
    usage: "schema TABLE SOURCE...",
    summary: "the columns of a table, as they come from all the files together",
    takesTable: true,
    oneSource: false,
    options: ["table", "json", "format", "output", "ignore-errors"],
    details:
      "Types are what all files can be read as; a column whose types differ is reported. TABLE is a path (/units), a short name\n(trials, electrodes, session, subject), a name that one table bears, or a glob (/intervals/*).",
    examples: ["lazynwb schema units a.nwb b.nwb", "lazynwb schema /intervals/trials a.nwb --json"],
  },
  {
    name: "read",
    usage: "read TABLE SOURCE...",
    summary: "rows of a table or a time series, filtered and projected before they are fetched",
    takesTable: true,
    oneSource: false,
    options: ["table", "columns", "where", "limit", "nan-as-null", "format", "json", "output", "ignore-errors"],
    details:
      "FILTER compares columns with numbers, 'texts', true and false: =, !=, <, <=, >, >=, between, in (...), is null, is nan,\ncontains, starts with, ends with, like, length(LIST), + - * / %, and, or, not, parentheses. NaN exceeds every number, so\nx > 0.9 keeps it, unless --nan-as-null is given. A column of an unusual name stands in double quotes.\nOn a terminal, columns of more than 1 KB a row are left out unless --columns names them.",
    examples: [
      "lazynwb read units session.nwb",
      "lazynwb read units -w \"presence_ratio >= 0.95 and location = 'VISp'\" -c unit_id,spike_times -o good.arrow a.nwb b.nwb",
      "lazynwb read trials *.nwb --limit 100 --format csv > trials.csv",
    ],
  },
  {
    name: "metadata",
    usage: "metadata SOURCE...",
    summary: "one row a file: session, experiment and subject",
    takesTable: false,
    oneSource: false,
    options: ["columns", "json", "format", "output", "ignore-errors"],
    details: "",
    examples: ["lazynwb metadata *.nwb", "lazynwb metadata *.nwb -c session_id,subject_id,species -o sessions.csv"],
  },
];

export function findCommand(name: string): CommandSpec | undefined {
  return COMMANDS.find((command) => command.name === name);
}
