import type { Node } from "@lazynwb/core";
import { columnTypeOf, rowBytesOf, type StoredArray, storedArray } from "../stored-array.ts";
import { columnMetadata } from "../table/column-metadata.ts";
import { arraySource, mappedSource } from "../table/column-source.ts";
import type { PlannedColumn } from "../table/read-columns.ts";
import { warnOfLength } from "../table/row-count.ts";
import type { WarningLog } from "../warning-log.ts";
import { channelSource, checkChannels } from "./channels.ts";
import { planControl } from "./control.ts";
import { planExternalFrames } from "./external-frames.ts";
import { inUnits, scalingOf } from "./in-units.ts";
import { planTimestamps } from "./timestamps.ts";

/** A TimeSeries as its headers tell. */
export interface TimeSeriesParts {
  readonly path: string;
  readonly children: ReadonlyMap<string, Node>;
  /** The value of `num_samples`, where data is absent or empty and it is stored. */
  readonly sampleCount: number | null;
  /** `_nwb_path` of the file, from which external files are named. */
  readonly source: string;
}

export interface TimeSeriesOptions {
  readonly inUnits?: boolean | undefined;
  readonly channels?: readonly number[] | undefined;
  readonly allDatasets?: boolean | undefined;
}

function arrayOf(parts: TimeSeriesParts, name: string): StoredArray | null {
  const node = parts.children.get(name);
  return node?.kind === "array" && (node.shape === null || node.shape.length > 0) ? storedArray(node) : null;
}

/** Whether the rows of a series must be counted by other means than the first axis of its data. */
export function lacksData(children: ReadonlyMap<string, Node>): boolean {
  const data = children.get("data");
  return data?.kind !== "array" || data.shape === null || data.shape.length === 0 || data.shape[0] === 0;
}

/** The columns of a TimeSeries and its rows: timestamps, data or external frames, control. I/O: none. */
export function planTimeSeries(
  parts: TimeSeriesParts,
  options: TimeSeriesOptions,
  log: WarningLog,
): { readonly columns: readonly PlannedColumn[]; readonly rowCount: number } {
  const { path, children } = parts;
  const data = arrayOf(parts, "data");
  const empty = lacksData(children);
  const files = children.get("external_file");
  const external = empty && files !== undefined;
  const timesStored = arrayOf(parts, "timestamps")?.shape[0];
  const rowCount = empty ? (parts.sampleCount ?? timesStored ?? 0) : data!.shape[0]!;
  if (external && parts.sampleCount === null && timesStored === undefined) {
    const message = `${path} has external images, and neither num_samples nor timestamps tell how many; it has no rows`;
    log.warn("FRAMES_UNKNOWN", path, message);
  }
  const timestamps = planTimestamps(path, children, rowCount, log);
  const values = external
    ? planExternalFrames(files, rowCount, parts.source)
    : data === null
      ? []
      : [planData(data, parts, options, log)];
  const columns = [...(timestamps === null ? [] : [timestamps]), ...values, ...planControl(children)];
  const named = new Set(columns.map(({ column }) => column.name));
  if (options.allDatasets) columns.push(...otherColumns(parts, rowCount, named));
  for (const { column, source } of columns) warnOfLength(path, column.name, source.length, rowCount, log);
  return { columns, rowCount };
}

function planData(
  data: StoredArray,
  parts: TimeSeriesParts,
  { channels, inUnits: scaled }: TimeSeriesOptions,
  log: WarningLog,
): PlannedColumn {
  if (channels !== undefined) checkChannels(data, channels);
  const shape = channels === undefined ? data.shape : data.shape.with(1, channels.length);
  const source = channels === undefined ? arraySource(data) : channelSource(data, channels);
  const metadata = columnMetadata(data);
  const numeric = data.dtype.kind === "int" || data.dtype.kind === "float" || data.dtype.kind === "bool";
  if (!scaled || !numeric) {
    const type = columnTypeOf(data.dtype, shape.slice(1));
    const column = { name: "data", type, metadata, rowBytes: rowBytesOf({ ...data, shape }), stored: data.dtype };
    return { column: data.shape[0] === 0 ? { ...column, valueless: true } : column, source, stored: data.dtype };
  }
  const scaling = scalingOf(data.attributes);
  const conversions = channelConversion(data, parts, log);
  const toUnits = mappedSource(
    source,
    (values, [read]) => inUnits(values, scaling, read, channels),
    conversions === null ? [] : [conversions],
  );
  const float64 = { kind: "float" as const, bits: 64 as const };
  const type = columnTypeOf(float64, shape.slice(1));
  const rowBytes = rowBytesOf({ ...data, dtype: float64, shape });
  return { column: { name: "data", type, metadata, rowBytes, stored: data.dtype }, source: toUnits, stored: float64 };
}

/** The factors of the channels, where there is one for each. */
function channelConversion(data: StoredArray, parts: TimeSeriesParts, log: WarningLog): StoredArray | null {
  const array = arrayOf(parts, "channel_conversion");
  if (array === null || (array.dtype.kind !== "float" && array.dtype.kind !== "int")) return null;
  const channels = data.shape[1] ?? 1;
  if (array.shape.length === 1 && array.shape[0] === channels) return array;
  const message = `${array.path} has ${array.shape[0]} factors for ${channels} channels; they are not applied`;
  log.warn("CHANNEL_CONVERSION_LENGTH", array.path, message);
  return null;
}

/** Datasets of the series' length that are no part of the core type, such as the confidence of a pose. */
function otherColumns(parts: TimeSeriesParts, rowCount: number, named: ReadonlySet<string>): PlannedColumn[] {
  return [...parts.children.keys()].flatMap((name) => {
    const array = named.has(name) ? null : arrayOf(parts, name);
    if (array === null || array.shape[0] !== rowCount || name === "timestamps" || name === "external_file") return [];
    const column = {
      name,
      type: columnTypeOf(array.dtype, array.shape.slice(1)),
      metadata: columnMetadata(array),
      rowBytes: rowBytesOf(array),
      stored: array.dtype,
    };
    return [{ column, source: arraySource(array), stored: array.dtype }];
  });
}
