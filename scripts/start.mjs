// npm start: a walk through lazynwb on the three sample sessions of packages/fixtures. What is printed as code is the very
// code that runs. Needs no build: Node runs the sources.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const CONDITION = "--conditions=@lazynwb/source";
const here = fileURLToPath(import.meta.url);
if (!process.execArgv.includes(CONDITION)) {
  const flags = [CONDITION, "--disable-warning=ExperimentalWarning"];
  const { status, signal } = spawnSync(process.execPath, [...flags, here], { stdio: "inherit" });
  process.exit(status ?? (signal === "SIGINT" ? 130 : 143));
}

const packages = join(dirname(dirname(here)), "packages");
const { createLazyNwb } = await import(join(packages, "lazynwb/src/index.ts"));
const { run } = await import(join(packages, "lazynwb/src/cli/run.ts"));
const { startRangeServer } = await import(join(packages, "fixtures/src/range-server/range-server.ts"));
const { styleFor } = await import(join(packages, "lazynwb/src/cli/style.ts"));
const { bytesText, plural } = await import(join(packages, "lazynwb/src/cli/human-units.ts"));
const pl = createRequire(join(packages, "lazynwb/package.json"))("nodejs-polars").default;

const folder = join(packages, "fixtures/data/sessions");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".nwb"))
  .sort();
const sessions = names.map((name) => join(folder, name));
const width = Math.min(process.stdout.columns ?? 96, 100);
const style = styleFor(process.stdout, process.env);
// Commands print for a terminal here, in colour only where this is one.
const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
const signal = new AbortController().signal;
Object.assign(process.env, {
  POLARS_TABLE_WIDTH: String(width),
  POLARS_FMT_STR_LEN: "30",
  POLARS_FMT_MAX_ROWS: "8",
  POLARS_FMT_TABLE_CELL_LIST_LEN: "3",
});

let step = 0;
const say = (text = "") => process.stdout.write(`${text}\n`);

function heading(text) {
  say(`\n${style.bold(`${++step}. ${text}`)}`);
  say(style.dim("─".repeat(width)));
}

/** Counters before and after, and what lies between. */
function cost(before, after, seconds, remark = "") {
  const requests = after.requests - before.requests;
  const parts = [
    plural(after.rounds - before.rounds, "round"),
    plural(requests, "request"),
    bytesText(after.bytes - before.bytes),
    `${seconds.toFixed(2)} s`,
  ];
  say(style.dim(`cost: ${parts.join(", ")}${remark}`));
}

/** Prints the body of a function, and runs it. */
async function code(work, nwb, remark) {
  const lines = String(work).split("\n").slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  for (const line of lines) say(style.cyan(line.slice(indent)));
  say();
  const before = nwb.counters();
  const started = performance.now();
  const answer = await work(nwb);
  const seconds = (performance.now() - started) / 1000;
  say(String(answer));
  cost(before, nwb.counters(), seconds, remark);
  return answer;
}

/** Prints a command line, and runs it in this process. */
async function command(...argv) {
  const shown = argv.map((word) => (word.startsWith(folder) ? relative(folder, word) : word));
  say(style.cyan(`$ lazynwb ${shown.join(" ")}`));
  say();
  const stdout = {
    isTTY: true,
    columns: width,
    write: (text, done) => process.stdout.write(String(text).replaceAll(`${folder}/`, ""), done),
  };
  const stderr = {
    write: (text) =>
      process.stdout.write(
        style.dim(
          String(text)
            .replaceAll(`${folder}/`, "")
            .replace(/^(\d+ rounds?,)/, "cost: $1"),
        ),
      ),
  };
  const exitCode = await run([...argv, "--stats"], { stdout, stderr, stdin: [], env, signal });
  if (exitCode !== 0) process.exit(exitCode);
}

const total = sessions.reduce((sum, path) => sum + statSync(path).size, 0);
say(style.bold("lazynwb reads tables of NWB files, and fetches only what the answer needs"));
say(`Three sample sessions, ${bytesText(total)} in all, in ${relative(process.cwd(), folder)}:`);
for (const name of names) say(`  ${name}`);
say(style.dim("A round is a trip that waits for the one before; its requests run side by side."));

heading("Good units of all three sessions, and their spike times");
const near = createLazyNwb();
const found = await code(
  async ({ scanNwb }) => {
    const units = await scanNwb(sessions, "units", { nanAsNull: true });
    const mouse = pl.col("_nwb_path").str.extract("sub-(\\w+?)_", 1).alias("mouse");
    return units
      .filter(pl.col("presence_ratio").gtEq(0.95))
      .filter(pl.col("isi_violations_ratio").lt(0.5))
      .filter(pl.col("amplitude_cutoff").lt(0.1))
      .filter(pl.col("snr").gt(2))
      .filter(pl.col("d_prime").gt(3))
      .filter(pl.col("location").eq(pl.lit("VISp")))
      .select("unit_id", "snr", "spike_times", mouse)
      .collect();
  },
  near,
  " (most of it read ahead)",
);
await near.close();

heading("What that would read, before anything is read");
const planned = createLazyNwb();
await code(async ({ scanNwb }) => {
  const units = await scanNwb(sessions[0], "units", { nanAsNull: true });
  const good = units.filter(pl.col("snr").gt(2)).select("unit_id", "spike_times");
  return String(await good.explain()).replaceAll(`${folder}/`, "");
}, planned);
await planned.close();

heading("Metadata of all files as one table");
const about = createLazyNwb();
await code(async ({ getMetadataDf }) => {
  const metadata = await getMetadataDf(sessions);
  return metadata.select("session_id", "session_start_time", "species", "sex", "age");
}, about);
await about.close();

heading("What one file holds");
await command("ls", sessions[0]);

heading("The schema of a table, as all files together have it");
await command("schema", "trials", ...sessions);

heading("The first question again, over HTTP, from a server that takes 40 ms to answer");
const server = await startRangeServer(folder, { latency: 40, connect: 40 });
const urls = names.map((name) => `${server.url}/${name}`);
const far = createLazyNwb();
const fetched = await code(
  async ({ scanNwb }) => {
    const units = await scanNwb(urls, "units", { nanAsNull: true });
    const mouse = pl.col("_nwb_path").str.extract("sub-(\\w+?)_", 1).alias("mouse");
    return units
      .filter(pl.col("presence_ratio").gtEq(0.95))
      .filter(pl.col("isi_violations_ratio").lt(0.5))
      .filter(pl.col("amplitude_cutoff").lt(0.1))
      .filter(pl.col("snr").gt(2))
      .filter(pl.col("d_prime").gt(3))
      .filter(pl.col("location").eq(pl.lit("VISp")))
      .select("unit_id", "snr", "spike_times", mouse)
      .collect();
  },
  far,
  " (three files side by side)",
);
const seen = server.stats();
say(
  style.dim(
    `the server counted: ${plural(seen.rounds, "round")}, ${plural(seen.requests, "request")}, ${bytesText(seen.bytes)}`,
  ),
);
await far.close();
await server.close();
const same = JSON.stringify(found.toRecords()) === JSON.stringify(fetched.toRecords());
say(same ? "The rows are the same as from disk." : style.red("The rows differ from those on disk."));
if (!same) process.exitCode = 1;

say(`\n${style.bold("Next:")} packages/lazynwb/README.md tells how to use the functions and the command.`);
