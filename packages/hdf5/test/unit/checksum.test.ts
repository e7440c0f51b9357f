import { describe, expect, test } from "vitest";
import { lookup3, verifyChecksum } from "../../src/checksum.ts";

describe("lookup3", () => {
  test("gives the values that its author publishes", () => {
    const text = new TextEncoder().encode("Four score and seven years ago");
    expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef);
    expect(lookup3(new Uint8Array(0), 0xdeadbeef)).toBe(0xbd5b7dde);
    expect(lookup3(text)).toBe(0x17770551);
    expect(lookup3(text, 1)).toBe(0xcd628161);
  });

  test("a changed byte is found out, and told with structure and place", () => {
    const structure = new Uint8Array(20);
    const view = new DataView(structure.buffer);
    view.setUint32(16, lookup3(structure.subarray(0, 16)), true);
    expect(() => verifyChecksum(structure, "fractal heap header", 800, "a.nwb")).not.toThrow();
    structure[3] = 1;
    expect(() => verifyChecksum(structure, "fractal heap header", 800, "a.nwb")).toThrow(
      expect.objectContaining({ code: "FORMAT", offset: 800, source: "a.nwb" }),
    );
    expect(() => verifyChecksum(new Uint8Array(3), "x", 0)).toThrow(/too few/);
  });
});
