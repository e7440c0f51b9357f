import { compareValues } from "./compare.ts";
import { booleanConstant, type Column, type Evaluated, NULL } from "./evaluated.ts";
import { type LiteralNode, literalValue } from "./node.ts";
import { bytesAt, encodeText, testTexts } from "./text-bytes.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Whether each row is one of the values: null where the row is null; NaN is found by NaN. */
export function isInValues(operand: Evaluated, literals: readonly LiteralNode[]): Evaluated {
  if (operand.kind === "constant") {
    if (operand.value === null) return NULL;
    const found = literals.some((node) => {
      const same = compareValues("eq", operand, { kind: "constant", type: node.type, value: literalValue(node) });
      return same.kind === "constant" && same.value === true;
    });
    return booleanConstant(found);
  }
  if (operand.kind === "opaque") return NULL;
  const wanted = literals.map(literalValue).filter((value) => value !== null);
  return { kind: "boolean", values: members(operand, wanted), valid: operand.valid };
}

type Plain = boolean | number | bigint | string;

function members(column: Exclude<Column, { kind: "opaque" }>, wanted: readonly Plain[]): Uint8Array {
  switch (column.kind) {
    case "number":
      return inSet(column.values, new Set(wanted.flatMap(asDouble)));
    case "bigint":
      return inSet(column.values, new Set(wanted.flatMap(asBigint)));
    case "timestamp":
      return inSet(column.values, new Set(wanted.flatMap(asMoment)));
    case "boolean":
      return inSet(column.values, new Set(wanted.map(Number)));
    case "text":
    case "coded":
      return testTexts(column, textFinder(wanted.filter((value) => typeof value === "string")));
    default:
      return new Uint8Array(0);
  }
}

function inSet<Item>(values: { readonly length: number; readonly [row: number]: Item }, set: Set<Item>): Uint8Array {
  const found = new Uint8Array(values.length);
  for (let row = 0; row < found.length; row++) found[row] = set.has(values[row]!) ? 1 : 0;
  return found;
}

/** A bigint only where a double is exactly it: another can equal no double. */
function asDouble(value: Plain): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "bigint" && BigInt(Number(value)) === value ? [Number(value)] : [];
}

function asBigint(value: Plain): bigint[] {
  if (typeof value === "bigint") return [value];
  return typeof value === "number" && Number.isInteger(value) ? [BigInt(value)] : [];
}

function asMoment(value: Plain): bigint[] {
  if (typeof value === "bigint") return [value];
  const moment = typeof value === "string" ? parseTimestamp(value) : null;
  return moment === null ? [] : [moment];
}

/** Looks texts up by a hash of their bytes, so that no row is decoded. */
function textFinder(texts: readonly string[]): (bytes: Uint8Array, start: number, stop: number) => boolean {
  const byHash = new Map<number, Uint8Array[]>();
  for (const text of texts) {
    const bytes = encodeText(text);
    const hash = hashOf(bytes, 0, bytes.length);
    byHash.set(hash, [...(byHash.get(hash) ?? []), bytes]);
  }
  return (bytes, start, stop) => {
    const candidates = byHash.get(hashOf(bytes, start, stop));
    return (
      candidates?.some((candidate) => candidate.length === stop - start && bytesAt(bytes, start, stop, candidate)) ??
      false
    );
  };
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, stop: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < stop; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash;
}
