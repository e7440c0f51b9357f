import {
  type ByteCounters,
  type CallOptions,
  countRows,
  type Extent,
  type NdArray,
  NotFoundError,
  type RowRanges,
  type Warning,
} from "@lazynwb/core";
import { convertValues, mergeSchemas, type NwbFile, type NwbTable, type TableColumn } from "@lazynwb/model";
import { takeRows } from "../../src/arrow/take-rows.ts";
import type { ModelParts } from "../../src/scan/model-parts.ts";
import type { TestColumn } from "./arrays.ts";

/** One thing that was asked of a table. */
export interface Asked {
  readonly what: "read" | "prepare" | "locate";
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: readonly number[];
  /** Turns of the event loop since the log began: what shares one is asked in the same tick. */
  readonly tick: number;
}

/** What all tables of a test were asked, in order. */
export class AskedLog {
  readonly entries: Asked[] = [];
  #tick = 0;
  /** Reads that are under way, and the most there were. */
  underWay = 0;
  mostUnderWay = 0;

  add(entry: Omit<Asked, "tick">): void {
    this.entries.push({ ...entry, tick: this.#tick });
  }

  /** Answers after a turn of the event loop, as a network would. */
  async answer<Result>(give: () => Result, signal: AbortSignal | undefined): Promise<Result> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#tick++;
      signal?.throwIfAborted();
      return give();
    } finally {
      this.underWay--;
    }
  }

  reads(column?: string): Asked[] {
    return this.entries.filter(
      ({ what, columns }) => what === "read" && (column === undefined || columns.includes(column)),
    );
  }

  clear(): void {
    this.entries.length = 0;
  }
}

/** A file that holds nothing but its name and its counters. */
export class FakeFile implements NwbFile {
  readonly id: string;
  closed = false;
  spent: ByteCounters = { rounds: 0, requests: 0, bytes: 0, cacheHits: 0 };

  constructor(id: string) {
    this.id = id;
  }

  use(): Promise<never> {
    return Promise.reject(new Error("tests of query ask tables, not hierarchies"));
  }

  counters(): ByteCounters {
    return this.spent;
  }

  spend(bytes: number): void {
    const { rounds, requests } = this.spent;
    this.spent = { rounds: rounds + 1, requests: requests + 1, bytes: this.spent.bytes + bytes, cacheHits: 0 };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export interface FakeOptions {
  readonly path?: string;
  /** Rejects what is asked of these columns. */
  readonly failing?: readonly string[];
  /** Warned of once, when this column is read. */
  readonly warnsOf?: string;
}

/** A table in memory that logs what it is asked. */
export class FakeTable implements NwbTable {
  readonly file: FakeFile;
  readonly path: string;
  readonly kind = "dynamic-table";
  readonly neurodataType = null;
  readonly rowCount: number;
  readonly columns: readonly TableColumn[];
  readonly warnings: Warning[] = [];
  readonly log: AskedLog;
  readonly #data: Readonly<Record<string, TestColumn>>;
  readonly #failing: readonly string[];
  readonly #warnsOf: string | undefined;
  readonly #prepared = new Set<string>();

  constructor(file: FakeFile, data: Readonly<Record<string, TestColumn>>, log: AskedLog, options: FakeOptions = {}) {
    this.file = file;
    this.path = options.path ?? "/units";
    this.log = log;
    this.#data = data;
    this.#failing = options.failing ?? [];
    this.#warnsOf = options.warnsOf;
    this.rowCount = Object.values(data)[0]?.array.shape[0] ?? 0;
    this.columns = Object.entries(data).map(([name, { type, array }]) => ({
      name,
      type,
      metadata: {},
      rowBytes: arrayBytes(array) / Math.max(1, this.rowCount),
    }));
  }

  async read(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<readonly NdArray[]> {
    const ranges = this.#ask("read", columns, rows);
    const failing = columns.find((name) => this.#failing.includes(name));
    return this.log.answer(() => {
      if (failing !== undefined) throw new Error(`${this.file.id}: ${failing} is damaged`);
      const arrays = columns.map((name) => takeRows(this.#data[name]!.array, ranges));
      if (columns.some((name) => name === this.#warnsOf) && this.warnings.length === 0)
        this.warnings.push({ code: "DATE_UNREADABLE", message: `${this.#warnsOf} is no date`, source: this.file.id });
      this.file.spend(arrays.reduce((sum, array) => sum + arrayBytes(array), 0));
      return arrays;
    }, options?.signal);
  }

  async prepare(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<void> {
    this.#ask("prepare", columns, rows);
    await this.log.answer(() => {
      for (const name of columns) this.#prepared.add(name);
      this.file.spend(0);
    }, options?.signal);
  }

  async locate(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<readonly Extent[]> {
    const ranges = this.#ask("locate", columns, rows);
    return this.log.answer(
      () =>
        columns.map((name, at): Extent => {
          const bytes = arrayBytes(takeRows(this.#data[name]!.array, ranges));
          const exact = this.#data[name]!.type.kind !== "text";
          return { offsets: Float64Array.of(at * 1e6), lengths: Float64Array.of(bytes), decodedBytes: bytes, exact };
        }),
      options?.signal,
    );
  }

  estimateBytes(columns: readonly string[], rows: RowRanges): number {
    return columns.reduce((sum, name) => {
      const { type, array } = this.#data[name]!;
      const exact = type.kind === "list" && this.#prepared.has(name);
      const column = this.columns.find((each) => each.name === name)!;
      return sum + (exact ? arrayBytes(takeRows(array, rows)) : column.rowBytes * countRows(rows));
    }, 0);
  }

  #ask(what: Asked["what"], columns: readonly string[], rows: "all" | RowRanges): RowRanges {
    const ranges = rows === "all" ? Float64Array.of(0, this.rowCount) : rows;
    this.log.add({ what, source: this.file.id, columns, rows: [...ranges] });
    return ranges;
  }
}

function arrayBytes({ data }: NdArray): number {
  switch (data.kind) {
    case "fixed":
      return data.values.byteLength;
    case "text":
      return data.offsets.byteLength + data.offsets.at(-1)! - data.offsets[0]!;
    case "list":
      return (
        data.offsets.byteLength +
        arrayBytes(takeRows(data.values, Float64Array.of(data.offsets[0]!, data.offsets.at(-1)!)))
      );
    case "struct":
      return Object.values(data.fields).reduce((sum, field) => sum + arrayBytes(field), 0);
    case "opaque":
      return data.bytes.byteLength;
    default:
      return data.codes.byteLength;
  }
}

/** A file and the tables that opening it gives: none, or an error, as a test wants. */
export interface FakeSource {
  readonly file: FakeFile;
  readonly tables: readonly FakeTable[] | Error;
}

/** Model over fakes: it opens what the test says, and merges and converts as the real one. */
export function fakeModel(sources: readonly FakeSource[], log: AskedLog): ModelParts & { readonly opened: string[] } {
  const opened: string[] = [];
  return {
    opened,
    openTables: (file, _, options) => {
      opened.push(file.id);
      return log.answer(() => {
        const { tables } = sources.find((source) => source.file === file)!;
        if (tables instanceof Error) throw tables;
        return tables;
      }, options.signal);
    },
    missingTable: async (file, selector) =>
      new NotFoundError(`there is no table '${String(selector)}' in ${file.id}`, {
        source: file.id,
        candidates: ["/units"],
      }),
    mergeSchemas,
    convertValues,
  };
}
