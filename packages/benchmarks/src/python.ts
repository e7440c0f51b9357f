import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { complaintOf, outputOf } from "./process-output.ts";

/** The versions that scripts/requirements.txt was resolved for. */
const VERSIONS = ["3.11", "3.12", "3.13"];
const INSTALL_TIMEOUT_MS = 900_000;

/** The interpreter of the benchmark's own environment, or one line on why there is none. */
export type PythonEnvironment = { readonly interpreter: string } | { readonly missing: string };

async function findPython(): Promise<string | undefined> {
  const named = process.env["PYTHON"];
  for (const command of [
    ...(named ? [named] : []),
    ...VERSIONS.map((version) => `python${version}`),
    "python3",
    "python",
  ]) {
    const output = await outputOf(command, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    if (output.status === 0 && VERSIONS.includes(output.stdout.trim())) return command;
  }
  return undefined;
}

/**
 * Finds the virtual environment of the benchmarks, or makes it: what scripts/requirements.txt names, to the version.
 *
 * @param folder - of this package; the environment is its `.venv`.
 * @param say - told before the installation, which takes minutes.
 */
export async function pythonEnvironment(folder: string, say: (line: string) => void): Promise<PythonEnvironment> {
  const requirements = join(folder, "scripts", "requirements.txt");
  const venv = join(folder, ".venv");
  const stamp = join(venv, "installed");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const interpreter = process.platform === "win32" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");
  if (existsSync(interpreter) && existsSync(stamp) && readFileSync(stamp, "utf8").trim() === wanted)
    return { interpreter };

  const python = await findPython();
  if (python === undefined) return { missing: `no Python ${VERSIONS.join(", ")} is installed (PYTHON names another)` };
  say(`installing lazynwb 1.0.0 and pynwb into ${venv}`);
  rmSync(venv, { recursive: true, force: true });
  const steps: [string, string[]][] = [
    [python, ["-m", "venv", venv]],
    [interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]],
  ];
  for (const [command, parameters] of steps) {
    const output = await outputOf(command, parameters, { timeoutMs: INSTALL_TIMEOUT_MS });
    if (output.status !== 0) return { missing: `its installation failed: ${complaintOf(output)}` };
  }
  writeFileSync(stamp, `${wanted}\n`);
  return { interpreter };
}
