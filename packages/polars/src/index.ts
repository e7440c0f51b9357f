export type { CollectOptions } from "./collect.ts";
export { metadataFrame, toDataFrame } from "./data-frame.ts";
export type { FramePlan, PlannedRead } from "./frame-plan.ts";
export type { FrameScan } from "./frame-scan.ts";
export { collectFrame, type FrameOrigin, lazyFrame, tableSchema } from "./lazy-frame.ts";
export type { JoinableFrame, NwbLazyFrame, NwbLazyGroupBy } from "./lazy-frame-types.ts";
export { type Polars, polarsModule } from "./polars-module.ts";
