import { BitReader, holdsBits } from "./bit-reader.ts";
import { type CodecContext, corruptChunk } from "./codec.ts";

/** How an element was packed. Units of `size` and `offset` of members: bytes; of `precision` and `offset` of numbers: bits. */
type Packing =
  | { kind: "number"; size: number; isBigEndian: boolean; precision: number; offset: number }
  | { kind: "array"; size: number; base: Packing }
  | { kind: "compound"; size: number; members: readonly { at: number; packing: Packing }[] }
  /** Bytes as they are. */
  | { kind: "bytes"; size: number };

/** Types inside of types, at most. */
const MAX_DEPTH = 32;

/** Parts of a description, at most: libhdf5 can read a part of the parameters twice, see `#array`. */
const MAX_PARTS = 65_536;

/** Filter 5: numbers without the bits that their type says are padding, of all members and elements one behind the other. */
export function decodeNbit(bytes: Uint8Array, context: CodecContext): Uint8Array {
  const { clientData, where, outputBytes, maxOutputBytes } = context;
  if (clientData.length < 5 || clientData[0] !== clientData.length)
    throw corruptChunk(where, "nbit", "its parameters are broken", { found: clientData.join(" ") });
  if (clientData[1] !== 0) return bytes;
  const count = clientData[2]!;
  const packing = new ParameterReader(context).element();
  const length = count * packing.size;
  if (length > maxOutputBytes || (outputBytes !== null && length !== outputBytes))
    throw corruptChunk(where, "nbit", "its parameters are of another chunk size", {
      expected: `${outputBytes ?? `at most ${maxOutputBytes}`} bytes`,
      found: `${length} bytes`,
    });
  const bits = count * bitsOf(packing);
  if (!holdsBits(bytes.length, bits))
    throw corruptChunk(where, "nbit", "its size does not fit its values", {
      expected: `${Math.ceil(bits / 8)} bytes`,
      found: `${bytes.length} bytes`,
    });
  const result = new Uint8Array(length);
  const reader = new BitReader(bytes);
  for (let at = 0; at < length; at += packing.size) unpack(packing, reader, result, at);
  return result;
}

/** Reads the description of an element from the parameters. Source: H5Znbit.c, `cd_values`. */
class ParameterReader {
  readonly #context: CodecContext;
  #at = 3;
  #parts = 0;

  constructor(context: CodecContext) {
    this.#context = context;
  }

  element(): Packing {
    return this.#packing(this.#next(), MAX_DEPTH);
  }

  #next(): number {
    const value = this.#context.clientData[this.#at++];
    if (value === undefined) throw this.#broken();
    return value;
  }

  #broken(): Error {
    const { where, clientData } = this.#context;
    return corruptChunk(where, "nbit", "its parameters are broken", { found: clientData.join(" ") });
  }

  #packing(kind: number, depth: number): Packing {
    const size = this.#next();
    if (size === 0 || depth === 0 || ++this.#parts > MAX_PARTS) throw this.#broken();
    switch (kind) {
      case 1:
        return this.#number(size);
      case 2:
        return this.#array(size, depth);
      case 3:
        return this.#compound(size, depth);
      case 4:
        return { kind: "bytes", size };
      default:
        throw this.#broken();
    }
  }

  /**
   * libhdf5 goes back, behind an array of arrays or of compounds, to where the description of those began, and takes it for
   * that of the next member; what such a member says is all that it ever stored of it. So must who reads it.
   */
  #array(size: number, depth: number): Packing {
    const baseKind = this.#next();
    const begin = this.#at;
    const base = this.#packing(baseKind, depth - 1);
    // Bytes in an array carry a size of their own, which says nothing: they fill the array.
    if (base.kind === "bytes") return { kind: "bytes", size };
    if (base.kind !== "number") this.#at = begin;
    return { kind: "array", size, base };
  }

  #number(size: number): Packing {
    const order = this.#next();
    const precision = this.#next();
    const offset = this.#next();
    if (order > 1 || precision === 0 || precision + offset > 8 * size) throw this.#broken();
    return { kind: "number", size, isBigEndian: order === 1, precision, offset };
  }

  #compound(size: number, depth: number): Packing {
    const members: { at: number; packing: Packing }[] = [];
    for (let left = this.#next(); left > 0; left--) {
      const at = this.#next();
      const packing = this.#packing(this.#next(), depth - 1);
      if (at + packing.size > size) throw this.#broken();
      if (bitsOf(packing) > 0) members.push({ at, packing });
    }
    return { kind: "compound", size, members };
  }
}

/** Elements of an array; what is left behind the last whole one was not stored. */
function countOf({ size, base }: { readonly size: number; readonly base: Packing }): number {
  return Math.floor(size / base.size);
}

function bitsOf(packing: Packing): number {
  switch (packing.kind) {
    case "number":
      return packing.precision;
    case "bytes":
      return 8 * packing.size;
    case "array":
      return countOf(packing) * bitsOf(packing.base);
    case "compound":
      return packing.members.reduce((sum, member) => sum + bitsOf(member.packing), 0);
    default:
      return packing satisfies never;
  }
}

function unpack(packing: Packing, bits: BitReader, result: Uint8Array, at: number): void {
  switch (packing.kind) {
    case "number": {
      const { size, precision, offset, isBigEndian } = packing;
      const end = precision + offset;
      for (let byte = Math.ceil(end / 8) - 1; 8 * (byte + 1) > offset; byte--) {
        const low = Math.max(0, offset - 8 * byte);
        const high = Math.min(8, end - 8 * byte);
        result[at + (isBigEndian ? size - 1 - byte : byte)] = bits.take(high - low) << low;
      }
      return;
    }
    case "bytes":
      for (let byte = 0; byte < packing.size; byte++) result[at + byte] = bits.take(8);
      return;
    case "array":
      for (let item = 0; item < countOf(packing); item++)
        unpack(packing.base, bits, result, at + item * packing.base.size);
      return;
    case "compound":
      for (const member of packing.members) unpack(member.packing, bits, result, at + member.at);
      return;
    default:
      packing satisfies never;
  }
}
