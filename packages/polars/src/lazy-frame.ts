import type { SchemaShape, TableScan } from "@lazynwb/query";
import type { CollectOptions } from "./collect.ts";
import { SourceNode, schemaOfFrame } from "./frame-node.ts";
import type { FrameScan } from "./frame-scan.ts";
import { FrameSource } from "./frame-source.ts";
import type { NwbLazyFrame } from "./lazy-frame-types.ts";
import { type DataFrame, type DataType, polarsModule } from "./polars-module.ts";
import { addRecordedCalls, RecordedFrame } from "./recorded-frame.ts";
import { frameScanOf } from "./table-frame-scan.ts";

/**
 * What a frame can be made over: a scan of tables, or anything that answers queries as one does. What such a scan selects and
 * filters itself counts; one that is already cut (`limit`, `slice`) takes no filter any more, as it would not by itself.
 */
export type FrameOrigin<Schema extends SchemaShape = never> = FrameScan | TableScan<Schema>;

async function sourceOver<Schema extends SchemaShape>(origin: FrameOrigin<Schema>): Promise<FrameSource> {
  return new FrameSource(await polarsModule(), "run" in origin ? origin : frameScanOf(origin));
}

/**
 * A lazy frame over a scan.
 *
 * @throws UnsupportedError where nodejs-polars has no binary for this platform.
 * @remarks I/O: none; the scan knows its schema.
 */
export async function lazyFrame<Schema extends SchemaShape>(scan: FrameOrigin<Schema>): Promise<NwbLazyFrame> {
  const node = new SourceNode(await sourceOver(scan));
  addRecordedCalls(RecordedFrame.prototype, node.stub);
  return new RecordedFrame(node) as unknown as NwbLazyFrame;
}

/** All rows and columns of a scan as a frame in memory. The scan stays open. */
export async function collectFrame<Schema extends SchemaShape>(
  scan: FrameOrigin<Schema>,
  options: CollectOptions = {},
): Promise<DataFrame> {
  return (await lazyFrame(scan)).collect(options);
}

/** Names and polars types of a scan's columns, in their order. */
export async function tableSchema<Schema extends SchemaShape>(
  scan: FrameOrigin<Schema>,
): Promise<Record<string, DataType>> {
  return schemaOfFrame((await sourceOver(scan)).empty);
}
