import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A stream that the command prints to: process.stdout, process.stderr or a stand-in. */
export interface TextStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
}

/** Where an answer goes. It is whole after `finish`, and nothing of it is left in a file after `abort`. */
export interface Output {
  write(chunk: string | Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
  /** Whether anything was written. */
  readonly begun: boolean;
}

/** The reader of our output went away, as `head` does. No fault of anyone. */
export class ClosedPipeError extends Error {
  constructor() {
    super("the reader closed the pipe");
    this.name = "ClosedPipeError";
  }
}

/** Output to a stream; each write waits until the stream took it, so that a slow reader holds the fetching back. */
export function streamOutput(stream: TextStream): Output {
  let begun = false;
  return {
    get begun() {
      return begun;
    },
    write(chunk) {
      if (chunk.length === 0) return Promise.resolve();
      begun = true;
      return new Promise((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (!error) resolve();
          else reject(isClosedPipe(error) ? new ClosedPipeError() : error);
        });
      });
    },
    finish: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
}

function isClosedPipe(error: Error): boolean {
  return ["EPIPE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"].includes(
    (error as NodeJS.ErrnoException).code ?? "",
  );
}

/**
 * Output to a file that appears, or takes the place of an older one, only when it is whole: it is written beside it under
 * another name and renamed. A device or a pipe is written to as it is.
 */
export async function fileOutput(name: string): Promise<Output> {
  const target = await realpath(name).catch(() => name);
  const known = await stat(target).catch(() => undefined);
  if (known?.isDirectory()) {
    const error: NodeJS.ErrnoException = new Error(`${name} is a folder; name a file in it`);
    throw Object.assign(error, { code: "EISDIR", syscall: "open" });
  }
  if (known !== undefined && !known.isFile()) return handleOutput(await open(target, "w"), undefined);
  const temporary = join(dirname(target), `.${randomBytes(6).toString("hex")}.lazynwb-part`);
  return handleOutput(await open(temporary, "wx", known?.mode ?? 0o666), { temporary, target });
}

function handleOutput(handle: FileHandle, names: { temporary: string; target: string } | undefined): Output {
  let begun = false;
  const stream = handle.createWriteStream({ highWaterMark: 1 << 20 });
  let failed: Error | undefined;
  stream.on("error", (error) => {
    failed = error;
  });
  return {
    get begun() {
      return begun;
    },
    async write(chunk) {
      begun = true;
      if (failed !== undefined) throw failed;
      if (!stream.write(chunk)) await once(stream, "drain");
    },
    async finish() {
      stream.end();
      if (failed === undefined && !stream.closed) await once(stream, "close");
      if (failed !== undefined) throw failed;
      if (names !== undefined) await rename(names.temporary, names.target);
    },
    async abort() {
      stream.destroy();
      if (!stream.closed) await once(stream, "close").catch(() => undefined);
      if (names !== undefined) await rm(names.temporary, { force: true });
    },
  };
}
