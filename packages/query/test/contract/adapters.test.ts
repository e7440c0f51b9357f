import { type DataType, type Schema, type Table, tableFromIPC } from "apache-arrow";
import { describe, test } from "vitest";
import { rowsOf } from "../../src/arrow/plain-values.ts";
import { arrowFileAdapter, arrowStreamAdapter, arrowTableAdapter } from "../../src/output/arrow-adapters.ts";
import { csvAdapter } from "../../src/output/csv-adapter.ts";
import { jsonAdapter, ndjsonAdapter } from "../../src/output/json-adapters.ts";
import type { OutputSink, WriteSummary } from "../../src/output/sink.ts";
import type { OutputAdapter } from "../../src/output-adapter.ts";
import { outputAdapterContract } from "../../src/testing/index.ts";
import { parseExactJson, typedValue } from "../support/exact-json.ts";
import { parseCsv } from "../support/parse-csv.ts";

type Row = Record<string, unknown>;

const tableRows = (table: Table): Row[] => table.batches.flatMap((batch) => [...rowsOf(batch)]);

/** An adapter that gives what it wrote, so that the kit can read it. */
function collecting(make: (sink: OutputSink) => OutputAdapter<WriteSummary>): () => OutputAdapter<Uint8Array> {
  return () => {
    const chunks: Uint8Array[] = [];
    const encoder = new TextEncoder();
    const sink: OutputSink = {
      write: async (chunk) => {
        chunks.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk.slice());
      },
    };
    const adapter = make(sink);
    return {
      begin: (schema) => adapter.begin(schema),
      write: (batch) => adapter.write(batch),
      abort: (reason) => adapter.abort(reason),
      finish: async () => {
        await adapter.finish();
        return Buffer.concat(chunks);
      },
    };
  };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function typedRows(rows: readonly Row[], schema: Schema): Row[] {
  return rows.map((row) =>
    Object.fromEntries(schema.fields.map(({ name, type }) => [name, typedValue(row[name], type as DataType)])),
  );
}

describe("arrow table", () => {
  outputAdapterContract({ test, make: arrowTableAdapter, toRows: tableRows });
});

describe("arrow file", () => {
  outputAdapterContract({
    test,
    make: collecting(arrowFileAdapter),
    toRows: (bytes) => tableRows(tableFromIPC(bytes)),
  });
});

describe("arrow stream", () => {
  outputAdapterContract({
    test,
    make: collecting(arrowStreamAdapter),
    toRows: (bytes) => tableRows(tableFromIPC(bytes)),
  });
});

describe("json", () => {
  outputAdapterContract({
    test,
    make: collecting(jsonAdapter),
    toRows: (bytes, schema) => typedRows(parseExactJson(textOf(bytes)) as Row[], schema),
  });
});

describe("ndjson", () => {
  outputAdapterContract({
    test,
    make: collecting(ndjsonAdapter),
    toRows: (bytes, schema) => {
      const lines = textOf(bytes).split("\n").filter(Boolean);
      return typedRows(
        lines.map((line) => parseExactJson(line) as Row),
        schema,
      );
    },
  });
});

describe("csv", () => {
  outputAdapterContract({
    test,
    make: collecting(csvAdapter),
    toRows: (bytes, schema) => parseCsv(textOf(bytes), schema),
  });
});
