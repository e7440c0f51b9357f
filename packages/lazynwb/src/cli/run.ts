import manifest from "../../package.json" with { type: "json" };
import { ArrowNwb } from "../arrow-nwb.ts";
import { nodeParts } from "../node-parts.ts";
import { writeAnswer } from "./answer.ts";
import { type CommandLine, parseCommandLine } from "./command-line.ts";
import { runCommand } from "./commands/index.ts";
import { errorLine, errorObject } from "./error-report.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { helpText } from "./help.ts";
import type { Format } from "./options.ts";
import { ClosedPipeError, fileOutput, type Output, streamOutput, type TextStream } from "./output.ts";
import { ProgressBar } from "./progress-bar.ts";
import { sourcesOf } from "./source-list.ts";
import { statsLine } from "./stats-line.ts";
import { PLAIN, styleFor } from "./style.ts";
import { UsageError } from "./usage-error.ts";
import { WarningPrinter } from "./warning-printer.ts";

/** What the command has of its surroundings. */
export interface CommandIo {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the command; its reason may bear an `exitCode`. */
  readonly signal: AbortSignal;
}

const WIDTH_WITHOUT_TERMINAL = 120;

/**
 * Runs a command line.
 *
 * @param argv - the words behind the name of the command.
 * @returns the exit code. Never throws.
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const output = streamOutput(io.stdout);
  let json = argv.includes("--json");
  try {
    const request = parseCommandLine(argv);
    if (request.kind === "help") await output.write(helpText(request.command));
    else if (request.kind === "version") await output.write(`lazynwb ${manifest.version}\n`);
    else {
      json = request.line.json;
      await runLine(request.line, io, output);
    }
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ClosedPipeError) return EXIT.ok;
    if (io.signal.aborted) return (io.signal.reason as { exitCode?: number } | undefined)?.exitCode ?? EXIT.interrupted;
    await report(error, io, json, output);
    return exitCodeOf(error);
  }
}

async function runLine(line: CommandLine, io: CommandIo, stdout: Output): Promise<void> {
  const started = performance.now();
  const format = formatOf(line, io);
  const sources = await sourcesOf(line.sources, io.stdin, line.command.name);
  const bar = new ProgressBar(io.stderr);
  const warnings = new WarningPrinter(line.quiet ? undefined : io.stderr, styleFor(io.stderr, io.env, line.color), bar);
  // A bar between lines of an answer that streams to the same terminal would only disturb it.
  const quiet = line.quiet || (line.output === undefined && io.stdout.isTTY === true && format !== "table");
  const nwb = new ArrowNwb(nodeParts());
  const output = line.output === undefined ? belowBar(stdout, bar) : await fileOutput(line.output);
  try {
    const call = { signal: io.signal, onWarning: warnings.print, onProgress: quiet ? undefined : bar.update };
    const answer = await runCommand({ nwb, line, sources, format, call });
    await writeAnswer(answer, format, output, pageFor(line, io));
    await output.finish();
  } catch (error) {
    await output.abort();
    throw error;
  } finally {
    bar.clear();
    warnings.finish();
    await nwb.close();
  }
  if (line.stats) io.stderr.write(statsLine(nwb.counters(), (performance.now() - started) / 1000, line.json));
}

/** Output that takes the bar away before anything is printed. */
function belowBar(output: Output, bar: ProgressBar): Output {
  return {
    get begun() {
      return output.begun;
    },
    write: (chunk) => {
      bar.clear();
      return output.write(chunk);
    },
    finish: () => output.finish(),
    abort: () => output.abort(),
  };
}

/** A table for people, JSON for programs. */
function formatOf(line: CommandLine, io: CommandIo): Format {
  const toTerminal = line.output === undefined && io.stdout.isTTY === true;
  const format = line.format ?? (toTerminal ? "table" : "json");
  if (toTerminal && (format === "arrow" || format === "arrows"))
    throw new UsageError(`${format} is not for a terminal; add -o FILE, or pipe it on`, line.command.name);
  return format;
}

function pageFor(line: CommandLine, io: CommandIo) {
  if (line.output !== undefined) return { width: WIDTH_WITHOUT_TERMINAL, style: PLAIN };
  const asked = Number(io.env.COLUMNS);
  const width = io.stdout.columns ?? (Number.isInteger(asked) && asked > 0 ? asked : WIDTH_WITHOUT_TERMINAL);
  return { width: Math.max(20, width), style: styleFor(io.stdout, io.env, line.color) };
}

/** With `--json` an error is an answer too, unless one has begun. */
async function report(error: unknown, io: CommandIo, json: boolean, stdout: Output): Promise<void> {
  if (json) {
    const text = `${JSON.stringify(errorObject(error))}\n`;
    if (stdout.begun) io.stderr.write(text);
    else await stdout.write(text).catch(() => undefined);
  } else io.stderr.write(`${errorLine(error, styleFor(io.stderr, io.env))}\n`);
  if (io.env.LAZYNWB_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`);
}
