import { type Backend, type ByteRange, type ByteSource, FormatError, type Hierarchy, type Source } from "@lazynwb/core";
import { group, memoryHierarchy } from "@lazynwb/core/testing";
import { describe, expect, test } from "vitest";
import { openSource } from "../../src/open-source.ts";

function bytesSource(text: string): Source {
  const whole = new TextEncoder().encode(text);
  const bytes: ByteSource = {
    id: "/data/a.nwb",
    read: async (range: ByteRange) => {
      const offset = "suffix" in range ? Math.max(0, whole.length - range.suffix) : range.offset;
      const length = "suffix" in range ? range.suffix : range.length;
      return { bytes: whole.subarray(offset, offset + length), offset, size: whole.length };
    },
  };
  return { id: bytes.id, bytes };
}

const backend = (name: string, open: Backend["open"]): Backend => ({ name, open });
const declines = (name: string) => backend(name, async () => null);

function closable(onClose: () => void = () => undefined): Hierarchy {
  return Object.assign(memoryHierarchy(group()), { close: async () => onClose() });
}

describe("opening a source", () => {
  test("the first backend that takes it has it; another that would is closed", async () => {
    const closed: string[] = [];
    const first = closable(() => closed.push("first"));
    const second = closable(() => closed.push("second"));
    const opened = await openSource(bytesSource("x"), [
      declines("a"),
      backend("b", async () => first),
      backend("c", async () => second),
    ]);
    expect(opened).toBe(first);
    await new Promise((resolve) => setTimeout(resolve));
    expect(closed).toEqual(["second"]);
  });

  test("it does not wait for backends behind the one that takes it", async () => {
    const hierarchy = closable();
    const opened = await openSource(bytesSource("x"), [
      backend("a", async () => hierarchy),
      backend("b", () => new Promise<null>(() => undefined)),
    ]);
    expect(opened).toBe(hierarchy);
  });

  test("all backends are asked in the same tick", async () => {
    const asked: string[] = [];
    const notes = (name: string) =>
      backend(name, async () => {
        asked.push(name);
        return name === "b" ? closable() : null;
      });
    const opening = openSource(bytesSource("x"), [notes("a"), notes("b")]);
    expect(asked).toEqual(["a", "b"]);
    await opening;
  });

  test("damage is told by the backend whose format it is, unless another takes the source", async () => {
    const damage = new FormatError("superblock checksum differs");
    const damaged = backend("hdf5", async () => {
      throw damage;
    });
    await expect(openSource(bytesSource("x"), [declines("a"), damaged])).rejects.toBe(damage);
    const hierarchy = closable();
    expect(await openSource(bytesSource("x"), [damaged, backend("b", async () => hierarchy)])).toBe(hierarchy);
  });

  test("bytes that none knows are described", async () => {
    await expect(
      openSource(bytesSource("<!doctype html><title>Sign in</title>"), [declines("hdf5"), declines("zarr")]),
    ).rejects.toMatchObject({
      code: "NOT_NWB",
      message: '/data/a.nwb is no NWB file (known formats: hdf5, zarr): it is an HTML page titled "Sign in"',
      source: "/data/a.nwb",
      found: 'an HTML page titled "Sign in"',
    });
  });

  test("an empty file and a folder are two other faults", async () => {
    await expect(openSource(bytesSource(""), [declines("hdf5")])).rejects.toMatchObject({ code: "EMPTY_FILE" });
    await expect(openSource({ id: "/data" }, [declines("hdf5")])).rejects.toMatchObject({
      code: "NOT_NWB",
      message: "/data is a folder, but no Zarr store; name the files in it",
    });
  });

  test("an abort rejects with its own reason", async () => {
    const reason = new Error("enough");
    const waiting = backend("a", (_source, options) => {
      return new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      });
    });
    const controller = new AbortController();
    const opening = openSource(bytesSource("x"), [waiting], { signal: controller.signal });
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
  });
});
