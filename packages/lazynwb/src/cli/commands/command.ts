import type { CallOptions, ReportOptions } from "@lazynwb/core";
import type { ArrowNwb } from "../../arrow-nwb.ts";
import type { Answer } from "../answer.ts";
import type { CommandLine } from "../command-line.ts";
import type { Format } from "../options.ts";

/** What a command works with. */
export interface CommandContext {
  readonly nwb: ArrowNwb;
  readonly line: CommandLine;
  readonly sources: readonly string[];
  readonly format: Format;
  /** Signal, progress and warnings: options of every call. */
  readonly call: CallOptions & ReportOptions;
}

/** A command reads what it is asked for and gives the answer; writing it is not its business. */
export type Command = (context: CommandContext) => Promise<Answer>;
