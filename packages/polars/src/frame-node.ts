import { QueryError } from "@lazynwb/core";
import { applyCall, type FrameCall } from "./frame-call.ts";
import type { FrameSource } from "./frame-source.ts";
import { asQueryError } from "./polars-error.ts";
import type { DataFrame, DataType, LazyDataFrame } from "./polars-module.ts";
import { type RowEffect, rowEffect } from "./row-wise.ts";

/** What a recorded frame is: a source, or a call on another one. Never changes, so that chains can share their beginnings. */
export type FrameNode = SourceNode | CallNode;

export class SourceNode {
  readonly source: FrameSource;
  /** The frame without rows: answers for names and types. */
  readonly stub: LazyDataFrame;

  constructor(source: FrameSource) {
    this.source = source;
    this.stub = source.empty.lazy();
  }

  get columns(): readonly string[] {
    return this.source.columns;
  }
}

export class CallNode {
  readonly input: FrameNode;
  readonly call: FrameCall;
  readonly stub: LazyDataFrame;
  readonly columns: readonly string[];
  /** What it does to the rows of its source; `other` as soon as a call below it is. */
  readonly effect: RowEffect;

  /** @throws QueryError where polars refuses the call: a wrong name, a wrong type, a wrong argument. */
  constructor(input: FrameNode, call: FrameCall) {
    this.input = input;
    this.call = call;
    try {
      this.stub = applyCall(input.stub, call, (arg) => (isFrameNode(arg) ? arg.stub : arg));
      if (!sourceOf(input).polars.LazyDataFrame.isLazyDataFrame(this.stub))
        throw new QueryError(`${call[0]?.method} gives no lazy frame: await collect() and call it on the frame.`);
      this.columns = this.stub.columns;
      this.effect = reachesSource(input) ? rowEffect(sourceOf(input).polars, call, typesOf(input)) : { kind: "other" };
      // Wrong types show only when polars runs a predicate; over no rows that costs nothing.
      if (this.effect.kind === "filter") this.stub.collectSync();
    } catch (error) {
      throw asQueryError(error, input.columns);
    }
  }

  /** The frames that the call brings in besides its input. */
  get others(): readonly FrameNode[] {
    return this.call.flatMap(({ args }) => args.filter(isFrameNode));
  }
}

function isFrameNode(value: unknown): value is FrameNode {
  return value instanceof SourceNode || value instanceof CallNode;
}

/** The source at the end of the chain of inputs. */
export function sourceOf(node: FrameNode): FrameSource {
  let at = node;
  while (at instanceof CallNode) at = at.input;
  return at.source;
}

/** All sources below, each once. */
export function sourcesOf(node: FrameNode, into: Set<FrameSource> = new Set()): ReadonlySet<FrameSource> {
  if (node instanceof SourceNode) return into.add(node.source);
  sourcesOf(node.input, into);
  for (const other of node.others) sourcesOf(other, into);
  return into;
}

/** Whether rows of the node are rows of its source, some left out perhaps. */
function reachesSource(node: FrameNode): boolean {
  return node instanceof SourceNode || node.effect.kind === "row-wise" || node.effect.kind === "filter";
}

/** polars types by column, as text; undefined where nodejs-polars cannot tell. */
function typesOf(node: FrameNode): ReadonlyMap<string, string> | undefined {
  const empty = runWithoutRows(node);
  return empty && new Map(empty.dtypes.map((type, at) => [empty.columns[at]!, String(type)]));
}

/** As `frame.schema`, for which nodejs-polars makes a Series for each column, at half a megabyte of closures apiece. */
export function schemaOfFrame(frame: DataFrame): Record<string, DataType> {
  const { columns, dtypes } = frame;
  return Object.fromEntries(columns.map((column, at) => [column, dtypes[at]!]));
}

/** Names and types of the columns; undefined where polars cannot tell without rows. */
export function schemaOf(node: FrameNode): Record<string, DataType> | undefined {
  const empty = runWithoutRows(node);
  return empty && schemaOfFrame(empty);
}

/** The chain run over no rows; undefined where that fails, as taking a sample of three does. */
function runWithoutRows(node: FrameNode): DataFrame | undefined {
  if (node instanceof SourceNode) return node.source.empty;
  try {
    return withoutRows(node).collectSync();
  } catch {
    return undefined;
  }
}

/** The stub, with frames that are not ours cut to no rows, so that running it reads nothing of them. */
function withoutRows(node: FrameNode): LazyDataFrame {
  if (node instanceof SourceNode) return node.stub;
  return applyCall(withoutRows(node.input), node.call, (arg) => {
    if (isFrameNode(arg)) return withoutRows(arg);
    return sourceOf(node).polars.LazyDataFrame.isLazyDataFrame(arg) ? arg.head(0) : arg;
  });
}

/** Does the chain again over other frames: one for each time that a source occurs, in the order of `leavesOf`. */
export function replay(
  node: FrameNode,
  leaf: () => LazyDataFrame,
  callOf: (node: CallNode) => FrameCall = (call) => call.call,
): LazyDataFrame {
  if (node instanceof SourceNode) return leaf();
  const input = replay(node.input, leaf, callOf);
  return applyCall(input, callOf(node), (arg) => (isFrameNode(arg) ? replay(arg, leaf, callOf) : arg));
}
