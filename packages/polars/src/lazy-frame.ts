import type { CollectOptions } from "./collect.ts";
import { SourceNode } from "./frame-node.ts";
import type { FrameScan } from "./frame-scan.ts";
import { FrameSource } from "./frame-source.ts";
import type { NwbLazyFrame } from "./lazy-frame-types.ts";
import { type DataFrame, type DataType, polarsModule } from "./polars-module.ts";
import { addRecordedCalls, RecordedFrame } from "./recorded-frame.ts";

/**
 * A lazy frame over a scan.
 *
 * @throws UnsupportedError where nodejs-polars has no binary for this platform.
 * @remarks I/O: none; the scan knows its schema.
 */
export async function lazyFrame(scan: FrameScan): Promise<NwbLazyFrame> {
  const node = new SourceNode(new FrameSource(await polarsModule(), scan));
  addRecordedCalls(RecordedFrame.prototype, node.stub);
  return new RecordedFrame(node) as unknown as NwbLazyFrame;
}

/** All rows and columns of a scan as a frame in memory. The scan stays open. */
export async function collectFrame(scan: FrameScan, options: CollectOptions = {}): Promise<DataFrame> {
  return (await lazyFrame(scan)).collect(options);
}

/** Names and polars types of a scan's columns, in their order. */
export async function tableSchema(scan: FrameScan): Promise<Record<string, DataType>> {
  return new FrameSource(await polarsModule(), scan).empty.schema;
}
