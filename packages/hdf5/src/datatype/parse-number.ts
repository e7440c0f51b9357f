import type { Cursor } from "../cursor.ts";
import type { FloatingPointDatatype } from "./datatype.ts";

/** What integers and bit fields have in common. */
export function parseFixedPoint(
  cursor: Cursor,
  bits: number,
  size: number,
): { size: number; bigEndian: boolean; bitOffset: number; precision: number } {
  const bitOffset = cursor.u16();
  const precision = cursor.u16();
  if (precision === 0 || bitOffset + precision > size * 8)
    cursor.fail("the bits of an integer leave its bytes", {
      expected: `1 to ${size * 8} bits`,
      found: `${precision} from bit ${bitOffset}`,
    });
  return { size, bigEndian: (bits & 1) !== 0, bitOffset, precision };
}

/** A floating-point type: where its sign, exponent and mantissa lie. */
export function parseFloatingPoint(cursor: Cursor, bits: number, size: number): FloatingPointDatatype {
  const order = (bits & 1) === 0 ? "little" : (bits & 0x40) === 0 ? "big" : "vax";
  const normalization =
    (["none", "stored", "implied"] as const)[(bits >> 4) & 3] ??
    cursor.fail("there is no such mantissa normalization", { expected: "0 to 2", found: "3" });
  cursor.skip(2 + 2);
  const exponentPosition = cursor.u8();
  const exponentBits = cursor.u8();
  const mantissaPosition = cursor.u8();
  const mantissaBits = cursor.u8();
  const exponentBias = cursor.u32();
  const signPosition = (bits >> 8) & 0xff;
  const end = Math.max(signPosition + 1, exponentPosition + exponentBits, mantissaPosition + mantissaBits);
  if (end > size * 8 || exponentBits === 0 || exponentBits > 31 || mantissaBits === 0)
    cursor.fail("the fields of a floating-point number leave its bytes", {
      expected: `within ${size * 8} bits`,
      found: `sign at ${signPosition}, ${exponentBits} exponent bits from ${exponentPosition}, ${mantissaBits} mantissa bits from ${mantissaPosition}`,
    });
  return {
    class: "floating-point",
    size,
    order,
    normalization,
    signPosition,
    exponentPosition,
    exponentBits,
    mantissaPosition,
    mantissaBits,
    exponentBias,
  };
}
