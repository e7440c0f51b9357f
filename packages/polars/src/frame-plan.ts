import { planNode } from "./collect.ts";
import type { FrameNode } from "./frame-node.ts";

/** What one read of a source will ask for. */
export interface PlannedRead {
  readonly columns: readonly string[];
  /** Filters that the source is asked to decide, as polars prints them. */
  readonly filters: readonly string[];
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  /** What that costs, as the scan tells it. */
  readonly scan: { toString(): string };
}

/** What `collect()` will do: what is read of each source, and the chain that polars then runs over it. */
export interface FramePlan {
  readonly reads: readonly PlannedRead[];
  /** The chain, as polars prints it; innermost is what is read. */
  readonly chain: string;
  toString(): string;
}

/** @remarks I/O: what the scan's own `explain` reads, headers and chunk indexes. */
export async function explainNode(node: FrameNode): Promise<FramePlan> {
  const reads = await Promise.all(
    planNode(node).reads.map(async ({ source, query, predicates }): Promise<PlannedRead> => {
      const filters = predicates.map(String);
      const { columns, offset, limit } = query;
      return { columns, filters, offset, limit, scan: await source.scan.explain(query) };
    }),
  );
  const chain = node.stub.describePlan();
  const lines = [...reads.map(({ scan }) => String(scan)), "then, in polars:", indent(chain)];
  return { reads, chain, toString: () => lines.join("\n") };
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
