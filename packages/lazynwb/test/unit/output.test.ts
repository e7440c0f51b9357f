import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClosedPipeError, fileOutput, streamOutput } from "../../src/cli/output.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lazynwb-output-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("-o FILE", () => {
  test("the file appears when it is whole, in place of the older one", async () => {
    const name = join(folder, "a.csv");
    await writeFile(name, "old");
    const output = await fileOutput(name);
    await output.write("x".repeat(3_000_000));
    await output.write(new Uint8Array([10]));
    expect(await readFile(name, "utf8")).toBe("old");
    await output.finish();
    expect(await readFile(name, "utf8")).toBe(`${"x".repeat(3_000_000)}\n`);
    expect(await readdir(folder)).toEqual(["a.csv"]);
  });

  test("nothing is left after an abort", async () => {
    const output = await fileOutput(join(folder, "a.csv"));
    await output.write("half");
    await output.abort();
    expect(await readdir(folder)).toEqual([]);
  });

  test("a link keeps pointing to the file", async () => {
    await writeFile(join(folder, "real.csv"), "old");
    await symlink("real.csv", join(folder, "link.csv"));
    const output = await fileOutput(join(folder, "link.csv"));
    await output.write("new");
    await output.finish();
    expect(await readFile(join(folder, "real.csv"), "utf8")).toBe("new");
    expect((await readdir(folder)).sort()).toEqual(["link.csv", "real.csv"]);
  });

  test("a device is written to, not replaced", async () => {
    const output = await fileOutput("/dev/null");
    await output.write("gone");
    await output.finish();
    await expect(readFile("/dev/null", "utf8")).resolves.toBe("");
  });

  test("a folder is refused, and so is one that does not exist", async () => {
    await expect(fileOutput(folder)).rejects.toThrow(`${folder} is a folder; name a file in it`);
    await expect(fileOutput(join(folder, "no", "a.csv"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

test("a reader that went away is told apart from other faults", async () => {
  const failing = (code: string) =>
    streamOutput({
      write(_chunk, done) {
        done?.(Object.assign(new Error(code), { code }));
        return true;
      },
    });
  await expect(failing("EPIPE").write("x")).rejects.toBeInstanceOf(ClosedPipeError);
  await expect(failing("EIO").write("x")).rejects.toMatchObject({ code: "EIO" });
});
