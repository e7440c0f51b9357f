#!/usr/bin/env node
import process from "node:process";
import { run } from "./run.ts";

/** What a signal's default would end the process with. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const stop = new AbortController();
for (const [name, exitCode] of Object.entries(SIGNALS))
  process.once(name, () => stop.abort(Object.assign(new Error(`ended by ${name}`), { exitCode })));
// Writes report their own failures; without listeners these would end the process with a trace.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  signal: stop.signal,
});
