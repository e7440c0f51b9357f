import { INTERNAL_COLUMNS } from "@lazynwb/model";
import type { RunOptions, ScanQuery } from "@lazynwb/query";
import { DataFrameBuilder } from "./data-frame.ts";
import type { CallNode } from "./frame-node.ts";
import type { FrameSource } from "./frame-source.ts";
import { columnsThatKeepNan } from "./nan-kept.ts";
import type { DataFrame, Expr } from "./polars-module.ts";
import { PolarsPredicate } from "./polars-predicate.ts";
import type { Leaf, PushedFilter } from "./pushdown.ts";
import { conjuncts } from "./serialized-expr.ts";

/** One run of a source. Places of a chain that want the same rows of it share one. */
export interface LeafRead {
  readonly source: FrameSource;
  readonly query: ScanQuery;
  readonly predicates: readonly PolarsPredicate[];
}

/** The runs that serve the leaves, and for each leaf which of them. */
export interface ReadPlan {
  readonly reads: readonly LeafRead[];
  readonly readOfLeaf: readonly number[];
  /** Cuts whose start the sources leave out, and the rows that are left to take. */
  readonly taken: ReadonlyMap<CallNode, number>;
}

/** @param columns - those that the chain needs, leaf by leaf. */
export function planReads(leaves: readonly Leaf[], columns: readonly (readonly string[])[]): ReadPlan {
  const groups: { leaf: Leaf; columns: Set<string> }[] = [];
  const readOfLeaf = leaves.map((leaf, at) => {
    let group = groups.findIndex((other) => sameRows(other.leaf, leaf));
    if (group < 0) group = groups.push({ leaf, columns: new Set() }) - 1;
    for (const column of columns[at]!) groups[group]!.columns.add(column);
    return group;
  });
  const slices = leaves.map((leaf) => leaf.slice).filter((slice) => slice !== undefined);
  return {
    reads: groups.map((group) => readOf(group.leaf, group.columns)),
    readOfLeaf,
    taken: new Map(slices.map((slice) => [slice.node, slice.length])),
  };
}

function sameRows(one: Leaf, other: Leaf): boolean {
  const nodes = (leaf: Leaf): readonly (CallNode | undefined)[] => [
    ...leaf.filters.map((filter) => filter.node),
    leaf.slice?.node,
  ];
  const [left, right] = [nodes(one), nodes(other)];
  return one.source === other.source && left.length === right.length && left.every((node, at) => node === right[at]);
}

function readOf(leaf: Leaf, wanted: ReadonlySet<string>): LeafRead {
  const { source, slice } = leaf;
  const predicates = leaf.filters.flatMap((filter) => predicatesOf(source, filter));
  const columns = source.columns.filter((column) => wanted.has(column));
  if (columns.length === 0) columns.push(source.counting);
  const range = slice === undefined ? {} : { offset: slice.offset, limit: slice.length };
  return { source, predicates, query: { columns, predicates, ...range } };
}

const INTERNAL: ReadonlySet<string> = new Set(INTERNAL_COLUMNS);

/**
 * The predicates of a filter: parts that look at internal columns alone go first and on their own, for they rule out files
 * and rows without reading anything.
 */
function predicatesOf(source: FrameSource, pushed: PushedFilter): readonly PolarsPredicate[] {
  const { expr, serialized, types } = pushed.filter;
  const whole = new PolarsPredicate(source, pushed, expr, columnsThatKeepNan(serialized, types));
  const parts = conjuncts(serialized);
  if (parts.length < 2 || whole.columns.every((column) => INTERNAL.has(column))) return [whole];
  const pruning = parts
    .map((part) => deserialized(source, part))
    .filter((part) => part !== undefined)
    .map((part) => new PolarsPredicate(source, pushed, part))
    .filter((part) => part.columns.length > 0 && part.columns.every((column) => INTERNAL.has(column)));
  return [...pruning, whole];
}

function deserialized(source: FrameSource, part: unknown): Expr | undefined {
  try {
    return source.polars.Expr.deserialize(Buffer.from(JSON.stringify(part)), "json");
  } catch {
    return undefined;
  }
}

/** Runs one read to a frame. */
export async function runRead(read: LeafRead, options: RunOptions): Promise<DataFrame> {
  const { source, query } = read;
  const builder = new DataFrameBuilder(source.polars, source.schemaOf(query.columns));
  for await (const batch of source.scan.run(query, options)) builder.add(batch);
  return builder.finish();
}
