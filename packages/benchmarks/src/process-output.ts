import { spawn } from "node:child_process";

export type ProcessOutput = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

export type ProcessOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

/** Runs a program to its end; a program that cannot be started ends with status null and says why on stderr. */
export function outputOf(
  command: string,
  parameters: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessOutput> {
  const { cwd, env = {}, timeoutMs = 0 } = options;
  return new Promise((done) => {
    const child = spawn(command, parameters, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (part: Buffer) => {
      stdout += part;
    });
    child.stderr.on("data", (part: Buffer) => {
      stderr += part;
    });
    child.on("error", (error) => done({ status: null, stdout, stderr: `${stderr}${error.message}` }));
    child.on("close", (status, signal) =>
      done({ status, stdout, stderr: signal ? `${stderr}ended by ${signal}` : stderr }),
    );
  });
}

/** The line of a program's complaint that says what is wrong: the last one that is not indented. */
export function complaintOf(output: ProcessOutput): string {
  const lines = output.stderr.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter(
    (line) => /^\w*(Error|Exception)\b/.test(line) || /^[\w.]+(Error|Exception)\b/.test(line),
  );
  return (errors.at(-1) ?? lines.at(-1) ?? `ended with status ${output.status}`).trim().slice(0, 300);
}
