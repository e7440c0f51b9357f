import type { RecordBatch, Schema } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../src/arrow/plain-values.ts";
import type { OutputAdapter } from "../../src/output-adapter.ts";
import { outputAdapterContract } from "../../src/testing/index.ts";

type Row = Record<string, unknown>;

/** Adapters that collect rows, each with one fault. */
class Rows implements OutputAdapter<Row[]> {
  protected rows: Row[] = [];
  protected schema: Schema | undefined;

  begin(schema: Schema): void | Promise<void> {
    this.schema = schema;
  }

  write(batch: RecordBatch): void | Promise<void> {
    this.rows.push(...rowsOf(batch));
  }

  finish(): Row[] {
    return this.rows;
  }

  abort(_reason: unknown): void {}
}

async function failures(make: () => OutputAdapter<Row[]>): Promise<string[]> {
  const cases: [string, () => Promise<void>][] = [];
  outputAdapterContract({ test: (name, body) => cases.push([name, body]), make, toRows: (rows) => rows });
  const failed: string[] = [];
  for (const [name, body] of cases) await body().catch(() => failed.push(name));
  return failed;
}

describe("outputAdapterContract", () => {
  test("passes what is right", async () => {
    expect(await failures(() => new Rows())).toEqual([]);
  });

  test.each<[string, () => OutputAdapter<Row[]>, string]>([
    [
      "loses all but the last batch",
      () =>
        new (class extends Rows {
          override write(batch: RecordBatch) {
            this.rows = [...rowsOf(batch)];
          }
        })(),
      "writes several batches, in their order",
    ],
    [
      "rounds large integers",
      () =>
        new (class extends Rows {
          override finish() {
            const round = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
            return this.rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, round(v)])));
          }
        })(),
      "writes 64-bit integers, all digits",
    ],
    [
      "takes NaN for null",
      () =>
        new (class extends Rows {
          override finish() {
            return JSON.parse(
              JSON.stringify(this.rows, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
            );
          }
        })(),
      "writes nulls and NaN, which differ",
    ],
    [
      "takes empty texts for null",
      () =>
        new (class extends Rows {
          override finish() {
            return this.rows.map((row) =>
              Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v === "" ? null : v])),
            );
          }
        })(),
      "writes texts of every kind",
    ],
    [
      "shares what it gathers",
      (() => {
        const shared: Row[] = [];
        return () =>
          new (class extends Rows {
            protected override rows = shared;
          })();
      })(),
      "two at once do not disturb each other",
    ],
    [
      "cannot be given up",
      () =>
        new (class extends Rows {
          override abort() {
            throw new Error("never");
          }
        })(),
      "can be given up before the first batch, and between batches",
    ],
  ])("finds an adapter that %s", async (_, make, name) => {
    expect(await failures(make)).toContain(name);
  });
});
