import { namedColumns, nodeEntry, type SerializedExpr } from "./serialized-expr.ts";

/** What deciding about an expression takes besides the expression. */
export interface ElementwiseContext {
  /** polars types by column, as `String(dtype)` prints them. */
  readonly types: ReadonlyMap<string, string>;
  /** Whether selectors (`pl.all()`, `exclude`, patterns) may stand for columns. */
  readonly selectors: boolean;
}

/**
 * Whether the value of an expression for a row depends on that row alone, so that it may be asked for any part of the rows,
 * in any order, as often as one likes, and cannot fail on one row and not on another. True only of nodes known to be so.
 */
export function isElementwise(node: SerializedExpr, context: ElementwiseContext): boolean {
  const entry = nodeEntry(node);
  if (entry === undefined) return false;
  const [name, content] = entry;
  const every = (nodes: readonly SerializedExpr[]) => nodes.every((item) => isElementwise(item, context));
  const fields = content as Readonly<Record<string, SerializedExpr>>;
  switch (name) {
    case "Column":
      return true;
    case "Selector":
      return context.selectors;
    case "Literal":
      return isScalar(content);
    case "Alias":
      return every([(content as readonly SerializedExpr[])[0]]);
    case "KeepName":
      return every([content]);
    case "RenameAlias":
      return every([fields["expr"]]);
    case "BinaryExpr":
      return OPERATORS.has(fields["op"] as string) && every([fields["left"], fields["right"]]);
    case "Ternary":
      return every([fields["predicate"], fields["truthy"], fields["falsy"]]);
    case "Cast":
      return isPlainCast(fields, context) && every([fields["expr"]]);
    case "Eval":
      return fields["variant"] === "List" && isRepeatable(fields["evaluation"]) && every([fields["expr"]]);
    case "Function":
      return (
        isElementwiseFunction(fields["function"], fields["input"] as readonly SerializedExpr[], context) &&
        every(fields["input"] as readonly SerializedExpr[])
      );
    default:
      return false;
  }
}

const OPERATORS = new Set(
  "Eq EqValidity NotEq NotEqValidity Lt LtEq Gt GtEq Plus Minus Multiply RustDivide TrueDivide FloorDivide Modulus And Or Xor".split(
    " ",
  ),
);

/** One value for all rows. A series has one a row, which no longer fits when rows are left out. */
function isScalar(literal: unknown): boolean {
  const kind = nodeEntry(literal)?.[0];
  return kind === "Scalar" || kind === "Dyn";
}

const CAST_TYPES = new Set(
  "Boolean String Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64 Date".split(" "),
);

/**
 * A cast that gives null where it cannot. The numbers behind a categorical's values depend on what was read before, and so
 * does a cast of them.
 */
function isPlainCast(cast: Readonly<Record<string, unknown>>, context: ElementwiseContext): boolean {
  const type = nodeEntry(cast["dtype"]);
  if (cast["options"] !== "NonStrict" || type?.[0] !== "Literal" || !CAST_TYPES.has(type[1] as string)) return false;
  if (hasSelector(cast["expr"])) return false;
  return [...namedColumns(cast["expr"])].every((column) => {
    const known = context.types.get(column);
    return known !== undefined && !known.includes("Categorical");
  });
}

/** Whether a tree holds a selector anywhere. */
export function hasSelector(node: SerializedExpr): boolean {
  if (Array.isArray(node)) return typeof node[0] !== "number" && node.some(hasSelector);
  if (typeof node !== "object" || node === null) return false;
  return Object.entries(node).some(
    ([name, content]) => name === "Selector" || (name !== "Literal" && hasSelector(content)),
  );
}

/** What runs inside of each list may be anything but chance. */
function isRepeatable(evaluation: SerializedExpr): boolean {
  return !/"(Random|AnonymousFunction|AnonymousAgg)"/.test(JSON.stringify(evaluation));
}

/** Functions that look at one row. `literal`: all inputs but the first must be one value for all rows. */
const FUNCTIONS: Readonly<Record<string, "any" | "literal">> = Object.fromEntries([
  ..."Abs Negate Floor Ceil Exp Log Log1P Sign Round Clip FillNull Coalesce AsStruct Atan2 MinHorizontal MaxHorizontal SumHorizontal MeanHorizontal Pow/Generic Pow/Sqrt Pow/Cbrt"
    .split(" ")
    .map((name) => [name, "any"]),
  ..."IsNull IsNotNull IsNan IsNotNan IsFinite IsInfinite Not AnyHorizontal AllHorizontal"
    .split(" ")
    .map((name) => [`Boolean/${name}`, "any"]),
  ["Boolean/IsIn", "literal"],
  ["Replace", "literal"],
  ..."Sin Cos Tan Cot ArcSin ArcCos ArcTan Sinh Cosh Tanh ArcSinh ArcCosh ArcTanh Degrees Radians"
    .split(" ")
    .map((name) => [`Trigonometry/${name}`, "any"]),
  ..."Contains StartsWith EndsWith Replace Extract Slice Split StripChars StripCharsStart StripCharsEnd PadStart PadEnd ZFill"
    .split(" ")
    .map((name) => [`StringExpr/${name}`, "literal"]),
  ..."ConcatHorizontal LenBytes LenChars Lowercase Uppercase".split(" ").map((name) => [`StringExpr/${name}`, "any"]),
  ..."Length Max Min Mean Median Sum Contains Get Slice ArgMax ArgMin Sort Reverse Diff Shift Join NUnique Any All"
    .split(" ")
    .map((name) => [`ListExpr/${name}`, "literal"]),
  ..."Year Month Day OrdinalDay Week WeekDay Hour Minute Second Millisecond Microsecond Nanosecond"
    .split(" ")
    .map((name) => [`TemporalExpr/${name}`, "any"]),
  ["StructExpr/FieldByName", "any"],
]);

function isElementwiseFunction(
  called: unknown,
  inputs: readonly SerializedExpr[],
  context: ElementwiseContext,
): boolean {
  const path = functionPath(called);
  const kind = FUNCTIONS[path.name];
  if (kind === undefined) return false;
  // `list.get` that must find its item fails on a list that is too short.
  if (path.name === "ListExpr/Get" && path.detail === false) return false;
  // A list among values is looked up otherwise, and not row by row.
  if (path.name === "Boolean/IsIn" && !isOfScalars(inputs[0], context)) return false;
  return kind === "any" || inputs.slice(1).every((input) => nodeEntry(input)?.[0] === "Literal");
}

function isOfScalars(node: SerializedExpr, context: ElementwiseContext): boolean {
  if (hasSelector(node) || /"(ListExpr|Eval|Split|AsStruct)"/.test(JSON.stringify(node))) return false;
  return [...namedColumns(node)].every((column) =>
    /^DataType\(\w+(\([^()]*\))?\)$/.test(context.types.get(column) ?? ""),
  );
}

const FAMILIES = new Set(["Boolean", "StringExpr", "ListExpr", "TemporalExpr", "StructExpr", "Trigonometry", "Pow"]);

function functionPath(called: unknown): { readonly name: string; readonly detail: unknown } {
  const entry = nodeEntry(called);
  if (entry === undefined) return { name: "", detail: undefined };
  const [name, detail] = entry;
  if (!FAMILIES.has(name)) return { name, detail };
  const member = nodeEntry(detail);
  return { name: `${name}/${member?.[0] ?? ""}`, detail: member?.[1] };
}
