import { QueryError } from "@lazynwb/core";
import type { ScanStats } from "@lazynwb/query";
import { type CollectOptions, collectNode } from "./collect.ts";
import { keepArgument, type MethodCall } from "./frame-call.ts";
import { CallNode, type FrameNode, schemaOf, sourceOf, sourcesOf } from "./frame-node.ts";
import { explainNode, type FramePlan } from "./frame-plan.ts";
import type { DataFrame, DataType, LazyDataFrame } from "./polars-module.ts";

/**
 * The frame that users hold. Members that nodejs-polars' own lazy frame has besides those written here are recorded: they
 * are added by `addRecordedCalls`, from that frame itself, so that whatever the installed version can chain can be chained.
 */
export class RecordedFrame {
  readonly #node: FrameNode;

  constructor(node: FrameNode) {
    this.#node = node;
  }

  /** The node of a frame of ours; undefined for anything else. */
  static nodeOf(value: unknown): FrameNode | undefined {
    return typeof value === "object" && value !== null && #node in value ? value.#node : undefined;
  }

  /** The frame after one more call, or the object whose call gives one, where the call gives no frame. */
  static record(frame: RecordedFrame, calls: readonly MethodCall[]): RecordedFrame {
    const { polars } = sourceOf(frame.#node);
    const recorded = calls.map(({ method, args }) => ({
      method,
      args: args.map((arg) => {
        const other = RecordedFrame.nodeOf(arg);
        if (other !== undefined) return other;
        const kept = keepArgument(polars, arg);
        // A frame in memory joins as one that is about to be.
        return polars.DataFrame.isDataFrame(kept) ? kept.lazy() : kept;
      }),
    }));
    return new RecordedFrame(new CallNode(frame.#node, recorded));
  }

  get [Symbol.toStringTag](): string {
    return "NwbLazyFrame";
  }

  get columns(): string[] {
    return [...this.#node.columns];
  }

  get width(): number {
    return this.#node.columns.length;
  }

  get schema(): Record<string, DataType> {
    const schema = schemaOf(this.#node);
    if (schema === undefined)
      throw new QueryError("polars tells the types of this chain only when it runs: collect() and ask the frame.");
    return schema;
  }

  collect(options: CollectOptions = {}): Promise<DataFrame> {
    return collectNode(this.#node, options);
  }

  explain(): Promise<FramePlan> {
    return explainNode(this.#node);
  }

  stats(): ScanStats | undefined {
    return sourceOf(this.#node).lastRun;
  }

  describePlan(): string {
    return this.#node.stub.describePlan();
  }

  describeOptimizedPlan(): string {
    return this.#node.stub.describeOptimizedPlan();
  }

  async close(): Promise<void> {
    await Promise.all([...sourcesOf(this.#node)].map((source) => source.scan.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `NwbLazyFrame of ${this.width} columns: ${this.columns.join(", ")}\n${this.describePlan()}`;
  }
}

/** Members that make no sense of a frame whose rows are elsewhere, and what to do in their stead. */
const ALTERNATIVES: Readonly<Record<string, string>> = {
  collectSync: "reading is asynchronous: await collect()",
  first: "reading is asynchronous: await head(1).collect()",
  fetch: "use await head(n).collect()",
  fetchSync: "use await head(n).collect()",
  sinkCSV: "await collect() and writeCSV() the frame",
  sinkParquet: "await collect() and writeParquet() the frame",
  sinkNdJson: "await collect() and writeJSON() the frame",
  sinkIpc: "await collect() and writeIPC() the frame",
  serialize: "a plan would hold none of the rows: await collect() and serialize the frame",
  toJSON: "a plan would hold none of the rows: await collect() and serialize the frame",
  inner: "the rows are not in polars yet: await collect() first",
  _ldf: "the rows are not in polars yet: join from this frame's side, or await collect() first",
};

/** Gives the class all that a lazy frame of nodejs-polars can do, recorded. */
export function addRecordedCalls(prototype: RecordedFrame, frame: LazyDataFrame): void {
  for (const [name, alternative] of Object.entries(ALTERNATIVES)) {
    if (name in prototype) continue;
    const refuse = () => {
      throw new QueryError(`${name} is not possible on a lazy frame of NWB files: ${alternative}.`);
    };
    define(prototype, name, name.startsWith("_") ? { get: refuse } : { value: refuse });
  }
  const ofGroups = Object.keys(frame.groupBy(frame.columns[0]!));
  for (const name of Object.keys(frame)) {
    if (name in prototype) continue;
    const isGrouping = GROUPING.test(name);
    define(prototype, name, {
      value: function record(this: RecordedFrame, ...args: readonly unknown[]): object {
        const call = { method: name, args };
        return isGrouping ? recordGroups(this, call, ofGroups) : RecordedFrame.record(this, [call]);
      },
    });
  }
}

const GROUPING = /^groupBy/;

/** What `groupBy` gives: each of its members makes a frame of the groups. */
function recordGroups(frame: RecordedFrame, call: MethodCall, members: readonly string[]): object {
  const ofGroups = (method: string, args: readonly unknown[]) => RecordedFrame.record(frame, [call, { method, args }]);
  // Wrong keys fail here, not only when the groups are asked for something.
  ofGroups("len", []);
  return Object.fromEntries(members.map((name) => [name, (...args: readonly unknown[]) => ofGroups(name, args)]));
}

function define(prototype: RecordedFrame, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(prototype, name, { configurable: true, ...descriptor });
}
