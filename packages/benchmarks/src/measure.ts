/** Measures lazynwb beside Python lazynwb 1.0.0 and prints both: `npm run bench`, options in options.ts. */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ours, reference } from "./ask.ts";
import { corpusFolder, lacking, provideCorpus } from "./corpus.ts";
import { startFarServer } from "./far-server.ts";
import { LATENCY_MS, measureQuestion } from "./measure-question.ts";
import type { Row } from "./measurement.ts";
import { type BenchmarkOptions, parseOptions, USAGE } from "./options.ts";
import { pythonEnvironment } from "./python.ts";
import { reportTable } from "./report-table.ts";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const say = (line: string) => void process.stderr.write(`${line}\n`);

async function measureAll(options: BenchmarkOptions): Promise<number> {
  const corpus = corpusFolder(packageFolder);
  const python =
    options.withReference || lacking(corpus).length > 0 ? await pythonEnvironment(packageFolder, say) : { missing: "" };
  const fault = await provideCorpus(packageFolder, corpus, python, say);
  if (fault !== undefined) {
    say(fault);
    return 1;
  }
  const theirs = options.withReference && "interpreter" in python ? reference(python.interpreter) : undefined;
  await using server = await startFarServer(corpus);
  const rows: Row[] = [];
  for (const question of options.questions) {
    say(`asking for ${question.title}`);
    const row: Row = {
      question: question.name,
      title: question.title,
      ours: await measureQuestion(ours, question, server, options.runs),
    };
    rows.push(theirs ? { ...row, reference: await measureQuestion(theirs, question, server, options.runs) } : row);
  }
  report(rows, options);
  if (options.withReference && "missing" in python) console.log(`the reference is left out: ${python.missing}`);
  return rows.some((row) => "failure" in row.ours) ? 1 : 0;
}

function report(rows: readonly Row[], options: BenchmarkOptions): void {
  const color = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  console.log(reportTable(rows, { color }));
  console.log(
    `cold, ${LATENCY_MS.near} ms a request and as much more for a new connection, ${options.runs === 1 ? "one run" : `the middle of ${options.runs} runs`}; ` +
      `slope: seconds for each second of latency, from ${LATENCY_MS.near} to ${LATENCY_MS.far} ms`,
  );
  if (options.jsonFile === undefined) return;
  const machine = {
    node: process.version,
    platform: process.platform,
    cpu: cpus()[0]?.model ?? "",
    cores: cpus().length,
  };
  const document = { machine, latencyMs: LATENCY_MS, runs: options.runs, rows };
  writeFileSync(resolve(process.env["INIT_CWD"] ?? ".", options.jsonFile), `${JSON.stringify(document, null, 2)}\n`);
}

/** The options, or undefined after the complaint about them has been printed. */
function optionsOfCommand(): BenchmarkOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return undefined;
  }
}

const options = optionsOfCommand();
process.exitCode = options === undefined ? 2 : await measureAll(options);
