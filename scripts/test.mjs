// Every check of the repository, one after another: builds, gates, tests, examples. Ends with one line of counts.
// A gate counts as one check. Arguments choose steps by name: `npm test -- lint types`.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scratch = mkdtempSync(join(tmpdir(), "lazynwb-test-"));
const vitestReport = join(scratch, "vitest.json");
const minutes = (count) => count * 60_000;

/** Counts of a runner, or null where the exit code alone tells. */
function countVitest() {
  const report = JSON.parse(readFileSync(vitestReport, "utf8"));
  const results = report.testResults.flatMap((file) => file.assertionResults);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    // The title of a skipped test is its reason.
    reasons: results.filter(({ status }) => status !== "passed" && status !== "failed").map(({ fullName }) => fullName),
  };
}
function countNodeTest(output) {
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail"), skipped: count("skipped") };
}

const steps = [
  { name: "build", command: ["turbo", "run", "build", "--output-logs=errors-only"], limit: minutes(15) },
  { name: "lint", command: ["biome", "ci", "--error-on-warnings", "--colors=off", "."], limit: minutes(5) },
  { name: "imports", command: ["node", "scripts/check-imports.mjs"], limit: minutes(2) },
  { name: "types", command: ["turbo", "run", "typecheck", "--output-logs=errors-only"], limit: minutes(15) },
  { name: "packages", command: ["turbo", "run", "check-package", "--output-logs=errors-only"], limit: minutes(15) },
  { name: "unused", command: ["knip"], limit: minutes(5) },
  { name: "web-bundle", command: ["node", "scripts/check-web-bundle.mjs"], limit: minutes(5) },
  {
    name: "tests",
    command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`],
    limit: minutes(30),
    count: countVitest,
  },
  {
    name: "examples",
    command: ["node", "--test", "--test-concurrency=2", "--test-reporter=tap", "examples/*/test/*.test.ts"],
    limit: minutes(10),
    count: countNodeTest,
  },
];

function runStep({ command: [program, ...parameters], limit }) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: "0", CI: "1" },
      shell: process.platform === "win32",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    const timer = setTimeout(() => {
      output += `\nended after ${limit / 60_000} minutes`;
      child.kill("SIGKILL");
    }, limit);
    child.on("error", (error) => (output += error.message));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, output });
    });
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
const wanted = process.argv.slice(2);
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const started = Date.now();
  const { ok, output } = await runStep(step);
  let counts = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  if (step.count) {
    try {
      counts = step.count(output);
      if (!ok && counts.failed === 0) counts.failed = 1;
      if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
    } catch (error) {
      counts = { passed: 0, failed: 1, skipped: 0 };
      console.log(error.message);
    }
  }
  for (const key of Object.keys(total)) total[key] += counts[key];
  const summary = step.count
    ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
    : ok
      ? "ok"
      : "FAILED";
  console.log(`${step.name.padEnd(12)} ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${summary}`);
  if (counts.failed > 0) console.log(output.slice(-20_000));
  for (const reason of counts.reasons ?? []) console.log(`  skipped: ${reason}`);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
