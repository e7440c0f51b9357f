import { ContractViolationError, type TestFunction } from "@lazynwb/core/testing";
import type { RecordBatch, Schema } from "apache-arrow";
import { writeBatches } from "../output/write-batches.ts";
import type { OutputAdapter } from "../output-adapter.ts";
import { type AdapterCase, adapterCases } from "./adapter-cases.ts";
import { sameValue } from "./same-value.ts";

export interface OutputAdapterContract<Out> {
  /** The test function of your runner. */
  readonly test: TestFunction;
  /** A fresh adapter; each is used once. */
  readonly make: () => OutputAdapter<Out> | Promise<OutputAdapter<Out>>;
  /**
   * The rows in what the adapter made, as plain values: numbers or bigints, text, booleans, arrays, objects, null; a
   * timestamp as a Date, as microseconds or as ISO 8601. What was made tells its types, or `schema` does.
   */
  readonly toRows: (out: Out, schema: Schema) => readonly Row[] | Promise<readonly Row[]>;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * The cases that every output adapter must pass: nothing lost, nothing changed, nothing out of order, and no harm done where
 * it is given up.
 *
 * @example outputAdapterContract({ test, make: () => myAdapter(), toRows: (out) => out.rows })
 */
export function outputAdapterContract<Out>({ test, make, toRows }: OutputAdapterContract<Out>): void {
  for (const given of adapterCases())
    test(`writes ${given.name}`, async () => {
      const adapter = await make();
      const out = await writeBatches(given.schema, given.batches, adapter);
      checkRows(await toRows(out, given.schema), given);
    });

  const several = adapterCases().find(({ batches }) => batches.length > 2)!;

  test("can be given up before the first batch, and between batches", async () => {
    for (const written of [0, 1]) {
      const adapter = await make();
      await adapter.begin(several.schema);
      for (const batch of several.batches.slice(0, written)) await adapter.write(batch);
      await adapter.abort(new Error("given up"));
    }
  });

  test("is told when reading fails, and lets the reason through", async () => {
    const adapter = await make();
    const reason = new Error("the reader failed");
    const aborted: unknown[] = [];
    const watched = watch(adapter, (told) => aborted.push(told));
    const failed = await writeBatches(several.schema, failing(several.batches[0]!, reason), watched).then(
      () => undefined,
      (error: unknown) => error,
    );
    check(failed === reason, `a reader's failure must come out as it is, not as ${String(failed)}`);
    check(aborted.length === 1 && aborted[0] === reason, "abort() must be called once, with the reason");
  });

  test("two at once do not disturb each other", async () => {
    const cases = adapterCases().filter(({ batches }) => batches.length > 1);
    const outs = await Promise.all(
      cases.map(async ({ schema, batches }) => writeBatches(schema, batches, await make())),
    );
    for (const [at, given] of cases.entries()) checkRows(await toRows(outs[at]!, given.schema), given);
  });
}

function watch<Out>(adapter: OutputAdapter<Out>, onAbort: (reason: unknown) => void): OutputAdapter<Out> {
  return {
    begin: (schema) => adapter.begin(schema),
    write: (batch) => adapter.write(batch),
    finish: () => adapter.finish(),
    abort: (reason) => {
      onAbort(reason);
      return adapter.abort(reason);
    },
  };
}

async function* failing(batch: RecordBatch, reason: Error): AsyncGenerator<RecordBatch> {
  yield batch;
  throw reason;
}

function checkRows(found: readonly Row[], { rows, name }: AdapterCase): void {
  check(found.length === rows.length, `${name}: ${rows.length} rows went in and ${found.length} came out`);
  rows.forEach((row, at) => {
    for (const [column, expected] of Object.entries(row))
      check(
        sameValue(found[at]?.[column], expected),
        `${name}: row ${at} of '${column}' should be ${show(expected)}, not ${show(found[at]?.[column])}`,
      );
  });
}

function show(value: unknown): string {
  return typeof value === "bigint" || typeof value === "number"
    ? String(value)
    : JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner));
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ContractViolationError(message);
}
