import type { FrameCall } from "./frame-call.ts";
import { CallNode, type FrameNode } from "./frame-node.ts";
import type { FrameSource } from "./frame-source.ts";
import type { RowEffect } from "./row-wise.ts";

/** A filter that decides rows of the source. */
export interface PushedFilter {
  readonly node: CallNode;
  readonly filter: Extract<RowEffect, { kind: "filter" }>;
  /** The calls between it and the source that make the columns it looks at. */
  readonly below: readonly FrameCall[];
}

/** One place of a chain where a source is read, and what of the chain can be asked of the source itself. */
export interface Leaf {
  readonly source: FrameSource;
  readonly filters: readonly PushedFilter[];
  /** The rows to take of those that the filters keep. */
  readonly slice: { readonly node: CallNode; readonly offset: number; readonly length: number } | undefined;
}

/**
 * The places where sources are read, in the order in which `replay` asks for them.
 *
 * A filter is asked of the source where every call between the two keeps each row in its place, or is such a filter too. So
 * is the first cut at both ends. Any other call ends it: what is above must see all the rows that the call gives.
 */
export function leavesOf(node: FrameNode, above: readonly CallNode[] = []): readonly Leaf[] {
  if (!(node instanceof CallNode)) return [leafOf(node.source, above)];
  return [...leavesOf(node.input, [node, ...above]), ...node.others.flatMap((other) => leavesOf(other))];
}

function leafOf(source: FrameSource, chain: readonly CallNode[]): Leaf {
  const filters: PushedFilter[] = [];
  const below: FrameCall[] = [];
  for (const node of chain) {
    const { effect } = node;
    if (effect.kind === "filter") filters.push({ node, filter: effect, below: [...below] });
    else if (effect.kind === "row-wise") below.push(node.call);
    else if (effect.kind === "slice") return { source, filters, slice: { node, ...effect } };
    else break;
  }
  return { source, filters, slice: undefined };
}
