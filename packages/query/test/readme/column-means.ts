import type { OutputAdapter } from "@lazynwb/query";
import { DataType, type RecordBatch, type Schema } from "apache-arrow";

/** The mean of every float column, over all rows that have a value. */
export class ColumnMeans implements OutputAdapter<Record<string, number>> {
  readonly #sums = new Map<string, { sum: number; count: number }>();

  begin(schema: Schema): void {
    for (const { name, type } of schema.fields) if (DataType.isFloat(type)) this.#sums.set(name, { sum: 0, count: 0 });
  }

  write(batch: RecordBatch): void {
    for (const [name, total] of this.#sums)
      for (const value of batch.getChild(name)!) {
        if (value === null) continue;
        total.sum += value;
        total.count++;
      }
  }

  finish(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, { sum, count }]) => [name, sum / count]));
  }

  abort(): void {
    this.#sums.clear();
  }
}
