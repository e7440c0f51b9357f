import { QueryError, TypeMismatchError } from "@lazynwb/core";
import type { RecordBatch } from "apache-arrow";
import { arithmeticValues } from "./arithmetic.ts";
import { compareValues } from "./compare.ts";
import { type BooleanColumn, booleanConstant, type Evaluated, NULL } from "./evaluated.ts";
import { isInValues } from "./is-in.ts";
import { loadColumn } from "./load-column.ts";
import { logicalValues, notValue } from "./logical.ts";
import { type ExprNode, literalValue, type TextTestNode } from "./node.ts";
import { bytesAt, bytesWithin, encodeText, testTexts } from "./text-bytes.ts";

/**
 * The rows of a batch for which an expression is true: one byte a row, 1 where it is; null is not.
 *
 * @remarks I/O: none. Runs over typed arrays; an int64 column makes bigints only where a value is beyond 2^53.
 */
export function keptRows(node: ExprNode, batch: RecordBatch): Uint8Array {
  const result = evaluate(node, batch);
  if (result.kind === "constant") return new Uint8Array(batch.numRows).fill(result.value === true ? 1 : 0);
  if (result.kind === "opaque") return new Uint8Array(batch.numRows);
  if (result.kind !== "boolean") throw new TypeMismatchError(`a filter wants a yes or no for each row`);
  const { values, valid } = result;
  if (valid === null) return values;
  const kept = new Uint8Array(values.length);
  for (let row = 0; row < kept.length; row++) kept[row] = values[row]! & valid[row]!;
  return kept;
}

/** The value of an expression for every row of a batch. It was checked against the batch's schema before. */
export function evaluate(node: ExprNode, batch: RecordBatch): Evaluated {
  switch (node.kind) {
    case "column": {
      const at = batch.schema.fields.findIndex((field) => field.name === node.name);
      const data = batch.data.children[at];
      if (data === undefined) throw new QueryError(`the batch has no column '${node.name}'`);
      return loadColumn(data);
    }
    case "literal":
      return { kind: "constant", type: node.type, value: literalValue(node) };
    case "compare":
      return compareValues(node.op, evaluate(node.left, batch), evaluate(node.right, batch));
    case "logical":
      return logicalValues(
        node.op,
        node.operands.map((operand) => () => evaluate(operand, batch)),
      );
    case "not":
      return notValue(evaluate(node.operand, batch));
    case "arithmetic":
      return arithmeticValues(node.op, evaluate(node.left, batch), evaluate(node.right, batch));
    case "is-null":
      return isNullValues(evaluate(node.operand, batch), batch.numRows);
    case "is-nan":
      return isNanValues(evaluate(node.operand, batch));
    case "is-in":
      return isInValues(evaluate(node.operand, batch), node.values);
    case "text-test":
      return textTestValues(node, evaluate(node.operand, batch));
    case "list-length":
      return listLengths(evaluate(node.operand, batch), batch.numRows);
    default:
      return node satisfies never;
  }
}

function isNullValues(value: Evaluated, rows: number): Evaluated {
  if (value.kind === "constant") return booleanConstant(value.value === null);
  const values = new Uint8Array(rows);
  if (value.valid !== null) for (let row = 0; row < rows; row++) values[row] = value.valid[row]! ^ 1;
  return { kind: "boolean", values, valid: null };
}

function isNanValues(value: Evaluated): Evaluated {
  if (value.kind === "opaque") return NULL;
  if (value.kind === "constant") return value.value === null ? NULL : booleanConstant(Number.isNaN(value.value));
  if (value.kind !== "number" && value.kind !== "bigint")
    throw new TypeMismatchError(`${value.kind} values cannot be NaN`);
  const values = new Uint8Array(value.values.length);
  if (value.kind === "number" && !value.integer)
    for (let row = 0; row < values.length; row++) values[row] = Number.isNaN(value.values[row]!) ? 1 : 0;
  return { kind: "boolean", values, valid: value.valid };
}

function textTestValues(node: TextTestNode, value: Evaluated): Evaluated {
  if (value.kind === "opaque" || (value.kind === "constant" && value.value === null)) return NULL;
  const wanted = encodeText(node.text);
  const test = {
    contains: (bytes: Uint8Array, start: number, stop: number) => bytesWithin(bytes, start, stop, wanted),
    "starts-with": (bytes: Uint8Array, start: number, stop: number) => bytesAt(bytes, start, stop, wanted),
    "ends-with": (bytes: Uint8Array, start: number, stop: number) =>
      stop - start >= wanted.length && bytesAt(bytes, stop - wanted.length, stop, wanted),
  }[node.op];
  if (value.kind === "constant" && typeof value.value === "string") {
    const bytes = encodeText(value.value);
    return booleanConstant(test(bytes, 0, bytes.length));
  }
  if (value.kind !== "text" && value.kind !== "coded")
    throw new TypeMismatchError(`${node.op} wants text, not ${value.kind} values`);
  return { kind: "boolean", values: testTexts(value, test), valid: value.valid } satisfies BooleanColumn;
}

function listLengths(value: Evaluated, rows: number): Evaluated {
  if (value.kind === "opaque" || (value.kind === "constant" && value.value === null)) return NULL;
  if (value.kind !== "list") throw new TypeMismatchError(`${value.kind} values have no length`);
  const values = new Int32Array(rows);
  for (let row = 0; row < rows; row++) values[row] = value.lengthOf(row);
  return { kind: "number", values, integer: true, valid: value.valid };
}
