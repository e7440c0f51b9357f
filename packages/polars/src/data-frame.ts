import { toIpc } from "@lazynwb/query";
import { type RecordBatch, type Schema, Table } from "apache-arrow";
import { type DataFrame, type Polars, polarsModule } from "./polars-module.ts";
import { widenBatch, widenSchema } from "./widen.ts";

/** Batches are handed over in groups of this size, so that little more than the frame itself is in memory at any time. */
const GROUP_BYTES = 16 << 20;

/** Makes one frame of batches that come one by one, through Arrow's stream format: no value passes through JavaScript. */
export class DataFrameBuilder {
  readonly #polars: Polars;
  readonly #schema: Schema;
  readonly #groupBytes: number;
  readonly #parts: DataFrame[] = [];
  #group: RecordBatch[] = [];
  #bytes = 0;

  /** @param schema - what every batch holds. */
  constructor(polars: Polars, schema: Schema, groupBytes: number = GROUP_BYTES) {
    this.#polars = polars;
    this.#schema = widenSchema(schema);
    this.#groupBytes = groupBytes;
  }

  add(batch: RecordBatch): void {
    if (batch.numRows === 0) return;
    this.#group.push(widenBatch(batch, this.#schema));
    this.#bytes += batch.data.byteLength;
    if (this.#bytes >= this.#groupBytes) this.#flush();
  }

  /** The frame of all rows so far, in their order. The builder is empty afterwards. */
  finish(): DataFrame {
    if (this.#group.length > 0 || this.#parts.length === 0) this.#flush();
    const parts = this.#parts.splice(0);
    return this.#polars.concat(parts, { how: "vertical", rechunk: false });
  }

  #flush(): void {
    const group = this.#group;
    this.#group = [];
    this.#bytes = 0;
    this.#parts.push(frameOf(this.#polars, this.#schema, group));
  }
}

/** The frame of batches that are in memory, none of which needs widening. */
export function frameOf(polars: Polars, schema: Schema, batches: readonly RecordBatch[]): DataFrame {
  const bytes = toIpc(new Table(schema, [...batches]), "stream");
  return polars.readIPCStream(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/**
 * A polars frame of Arrow batches.
 *
 * @param schema - what the batches hold; needed where there may be none.
 * @remarks I/O: none of its own. Copies: two for 16 MiB at a time, one of all. Float16 arrives as Float32, bytes of a fixed
 * number as a fixed-size list of UInt8, fixed-size lists of size 0 as lists, because nodejs-polars cannot take in these types
 * or hand them to JavaScript.
 */
export async function toDataFrame(
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  schema: Schema,
): Promise<DataFrame> {
  const builder = new DataFrameBuilder(await polarsModule(), schema);
  for await (const batch of batches) builder.add(batch);
  return builder.finish();
}

/** A polars frame of an Arrow table, such as that of the metadata of many files. */
export function metadataFrame(table: Table): Promise<DataFrame> {
  return toDataFrame(table.batches, table.schema);
}
