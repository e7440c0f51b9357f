import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { dataFolder } from "@lazynwb/fixtures";
import type { TextStream } from "../../src/cli/output.ts";
import { run } from "../../src/cli/run.ts";

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly bytes: Uint8Array;
}

export interface CliSettings {
  /** Whether stdout is a terminal. */
  readonly tty?: boolean;
  /** Whether stderr is one: there alone a bar is drawn. */
  readonly bar?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** The folder of the fixtures is not the same everywhere: it is written `<data>`. */
export function withoutFolder(text: string): string {
  return text.replaceAll(dataFolder, "<data>");
}

function memoryStream(isTTY: boolean, columns: number): TextStream & { bytes(): Buffer } {
  const chunks: Buffer[] = [];
  return {
    isTTY,
    columns: isTTY ? columns : undefined,
    write(chunk, done) {
      chunks.push(Buffer.from(chunk));
      done?.();
      return true;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

/** Runs a command line in this process. */
export async function cli(argv: readonly string[], settings: CliSettings = {}): Promise<CliResult> {
  const { tty = false, bar = false, columns = 100, env = {}, stdin = "" } = settings;
  const stdout = memoryStream(tty, columns);
  const stderr = memoryStream(bar, columns);
  const code = await run(argv, {
    stdout,
    stderr,
    stdin: (async function* () {
      yield stdin;
    })(),
    env: { NO_COLOR: "1", ...env },
    signal: settings.signal ?? new AbortController().signal,
  });
  const [out, err] = [stdout, stderr].map((stream) => withoutFolder(stream.bytes().toString("utf8")));
  return { code, out: out!, err: err!, bytes: stdout.bytes() };
}

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Starts the command as a process of its own. */
export function start(argv: readonly string[]) {
  return spawn(
    process.execPath,
    ["--conditions=@lazynwb/source", "--disable-warning=ExperimentalWarning", MAIN, ...argv],
    {
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
}

/** Runs the command as a process of its own. */
export async function spawned(argv: readonly string[]): Promise<CliResult> {
  const child = start(argv);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const bytes = Buffer.concat(out);
  return {
    code,
    bytes,
    out: withoutFolder(bytes.toString("utf8")),
    err: withoutFolder(Buffer.concat(err).toString("utf8")),
  };
}
