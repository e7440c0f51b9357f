import { Schema as ArrowSchema, type RecordBatch, type Schema } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../src/arrow/plain-values.ts";
import { arrowTableAdapter } from "../../src/output/arrow-adapters.ts";
import { csvAdapter } from "../../src/output/csv-adapter.ts";
import { jsonAdapter, ndjsonAdapter } from "../../src/output/json-adapters.ts";
import type { OutputSink } from "../../src/output/sink.ts";
import { writeBatches } from "../../src/output/write-batches.ts";
import type { OutputAdapter } from "../../src/output-adapter.ts";
import * as arrays from "../support/arrays.ts";
import { batchOfColumns } from "../support/batch.ts";
import { scanOf } from "../support/scan.ts";

const batch = batchOfColumns({
  "a,b": arrays.int64([2n ** 53n + 1n, null]),
  x: arrays.float64([0.1, Number.NaN]),
  z: arrays.float32([Math.fround(0.1), -0]),
  t: arrays.text(['say "hi"', ""]),
  at: arrays.timestamp([1_704_161_045_250_001n, null]),
  l: arrays.list([["a", null], []], arrays.text),
  p: arrays.struct({ i: arrays.int32([1, 2]), b: arrays.bool([true, null]) }, 2),
  d: arrays.dictionary([0, null], ["VISp, VISl"]),
  o: arrays.binary([Uint8Array.of(0, 255), Uint8Array.of(16, 1)], 2),
});

async function written(make: (sink: OutputSink) => OutputAdapter<unknown>, batches = [batch]): Promise<string> {
  let text = "";
  const sink = {
    write: (chunk: string | Uint8Array) => {
      text += String(chunk);
    },
  };
  await writeBatches(batch.schema, batches, make(sink));
  return text;
}

describe("text", () => {
  test("csv: null is empty, empty text is quoted, all digits, lists as JSON", async () => {
    expect(await written(csvAdapter)).toBe(
      [
        '"a,b",x,z,t,at,l,p,d,o',
        '9007199254740993,0.1,0.10000000149011612,"say ""hi""",2024-01-02T02:04:05.250001Z,"[""a"",null]","{""i"":1,""b"":true}","VISp, VISl",00ff',
        ',NaN,-0,"",,[],"{""i"":2,""b"":null}",,1001',
        "",
      ].join("\n"),
    );
    expect(await written((sink) => csvAdapter(sink, { separator: "\t" }), [])).toBe("a,b\tx\tz\tt\tat\tl\tp\td\to\n");
  });

  test("json: one array, a row a line; what JSON lacks is text", async () => {
    expect(await written(jsonAdapter)).toBe(
      [
        "[",
        '{"a,b":9007199254740993,"x":0.1,"z":0.10000000149011612,"t":"say \\"hi\\"","at":"2024-01-02T02:04:05.250001Z","l":["a",null],"p":{"i":1,"b":true},"d":"VISp, VISl","o":"00ff"},',
        '{"a,b":null,"x":"NaN","z":-0,"t":"","at":null,"l":[],"p":{"i":2,"b":null},"d":null,"o":"1001"}',
        "]",
        "",
      ].join("\n"),
    );
    expect(await written(jsonAdapter, [])).toBe("[]\n");
    expect(JSON.parse(await written(jsonAdapter, [batch, batch]))).toHaveLength(4);
  });

  test("ndjson: a row a line, nothing where there are none", async () => {
    expect((await written(ndjsonAdapter, [batch, batch])).split("\n").map((line) => line.length > 0)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(await written(ndjsonAdapter, [])).toBe("");
  });

  test("a slow sink holds the writer back", async () => {
    const long = batchOfColumns({
      t: arrays.text(Array.from({ length: 5000 }, (_, row) => `${"x".repeat(100)}${row}`)),
    });
    let underWay = 0;
    let most = 0;
    let chunks = 0;
    const sink = {
      write: async () => {
        most = Math.max(most, ++underWay);
        chunks++;
        await new Promise((resolve) => setTimeout(resolve, 0));
        underWay--;
      },
    };
    await writeBatches(long.schema, [long], ndjsonAdapter(sink));
    expect(most).toBe(1);
    expect(chunks).toBeGreaterThan(5);
  });
});

/** Notes what it is told. */
class Noting implements OutputAdapter<string[]> {
  readonly told: string[] = [];
  readonly #failsAt: string;

  constructor(failsAt = "") {
    this.#failsAt = failsAt;
  }

  #note(what: string): void {
    this.told.push(what);
    if (what === this.#failsAt) throw new Error(what);
  }

  begin(schema: Schema): void {
    this.#note(`begin ${schema.fields.length}`);
  }

  write(rows: RecordBatch): void {
    this.#note(`write ${rows.numRows}`);
  }

  finish(): string[] {
    this.#note("finish");
    return this.told;
  }

  abort(reason: unknown): void {
    this.#note(`abort ${(reason as Error).message}`);
  }
}

describe("writeBatches", () => {
  test("begin, batches in order, finish; empty batches are left out", async () => {
    const empty = batch.slice(0, 0);
    expect(await writeBatches(batch.schema, [batch, empty, batch], new Noting())).toEqual([
      "begin 9",
      "write 2",
      "write 2",
      "finish",
    ]);
    expect(await writeBatches(new ArrowSchema([]), [], new Noting())).toEqual(["begin 0", "finish"]);
  });

  test.each(["begin 9", "write 2", "finish"])("a failure in %s is told to abort and comes out", async (where) => {
    const adapter = new Noting(where);
    await expect(writeBatches(batch.schema, [batch], adapter)).rejects.toThrow(where);
    expect(adapter.told.at(-1)).toBe(`abort ${where}`);
    expect(adapter.told.filter((told) => told.startsWith("abort"))).toHaveLength(1);
  });

  test("a failing abort does not hide what went wrong", async () => {
    const adapter = new Noting("abort finish");
    adapter.finish = () => {
      throw new Error("finish");
    };
    await expect(writeBatches(batch.schema, [batch], adapter)).rejects.toThrow(/^finish$/);
  });

  test("float16 arrives wider where the adapter lacks it, lists and structs included", async () => {
    const half = batchOfColumns({
      x: arrays.float16([0x3c00, null]),
      l: arrays.list([[0x3800], []], arrays.float16),
      p: arrays.struct({ h: arrays.float16([0xc000, 0x7e00]) }, 2),
      n: arrays.int32([1, 2]),
    });
    const wide = await writeBatches(half.schema, [half], { ...arrowTableAdapter(), widen: ["float16"] });
    expect(wide.schema.fields.map(({ type }) => String(type))).toEqual([
      "Float32",
      "List<Float32>",
      "Struct<{h:Float32}>",
      "Int32",
    ]);
    expect(wide.batches.flatMap((rows) => [...rowsOf(rows)])).toEqual([...rowsOf(half)]);
    expect(wide.batches[0]!.data.children[3]!.values).toBe(half.data.children[3]!.values);
    const kept = await writeBatches(half.schema, [half], arrowTableAdapter());
    expect(String(kept.schema.fields[0]!.type)).toBe("Float16");
  });

  test("a scan writes to an adapter, and an abort reaches it", async () => {
    const { scan } = await scanOf([{ columns: { x: arrays.int32([1, 2]) } }, { columns: { x: arrays.int32([3]) } }]);
    expect(await scan.select("x").write(new Noting())).toEqual(["begin 1", "write 2", "write 1", "finish"]);
    const reason = new Error("enough");
    const adapter = new Noting();
    await expect(scan.write(adapter, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(adapter.told).toEqual(["begin 4", "abort enough"]);
  });
});
