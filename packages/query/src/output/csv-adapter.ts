import { halfToNumber } from "@lazynwb/core";
import { type Data, DataType, type RecordBatch, type Schema, type Utf8, type Vector } from "apache-arrow/Arrow";
import { formatTimestamp } from "../expr/timestamp.ts";
import type { OutputAdapter } from "../output-adapter.ts";
import { jsonReader } from "./json-text.ts";
import { type OutputSink, TextBuffer, type WriteSummary } from "./sink.ts";

export interface CsvOptions {
  /** Between fields. Default a comma. */
  readonly separator?: string | undefined;
}

/**
 * Rows as CSV (RFC 4180, lines ended by `\n`) with a line of column names first.
 *
 * Null is an empty field, an empty text is `""`, NaN is `NaN`; integers have all their digits; lists, structs and fixed-size
 * lists are their JSON text.
 */
export function csvAdapter(sink: OutputSink, { separator = "," }: CsvOptions = {}): OutputAdapter<WriteSummary> {
  return new CsvRows(sink, separator);
}

class CsvRows implements OutputAdapter<WriteSummary> {
  readonly #buffer: TextBuffer;
  readonly #separator: string;
  #rows = 0;
  #batches = 0;

  constructor(sink: OutputSink, separator: string) {
    this.#buffer = new TextBuffer(sink);
    this.#separator = separator;
  }

  async begin(schema: Schema): Promise<void> {
    const names = schema.fields.map(({ name }) => quoted(name, this.#separator));
    this.#buffer.add(`${names.join(this.#separator)}\n`);
    await this.#buffer.flush();
  }

  async write(batch: RecordBatch): Promise<void> {
    const fields = batch.data.children.map((data) => fieldReader(data, this.#separator));
    for (let row = 0; row < batch.numRows; row++) {
      this.#buffer.add(`${fields.map((read) => read(row)).join(this.#separator)}\n`);
      if (this.#buffer.full) await this.#buffer.flush();
    }
    this.#rows += batch.numRows;
    this.#batches++;
    await this.#buffer.flush();
  }

  async finish(): Promise<WriteSummary> {
    await this.#buffer.flush();
    return { rows: this.#rows, batches: this.#batches };
  }

  abort(): void {}
}

function fieldReader(data: Data, separator: string): (row: number) => string {
  const read = presentField(data, separator);
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : "");
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function presentField(data: Data, separator: string): (row: number) => string {
  const { type, values, valueOffsets } = data;
  if (DataType.isFloat(type))
    return values instanceof Uint16Array
      ? (row) => numberText(halfToNumber(values[row]!))
      : (row) => numberText(values[row]);
  if (DataType.isUtf8(type))
    return (row) => quoted(utf8.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1])), separator);
  if (DataType.isDictionary(type)) {
    const texts = Array.from(data.dictionary as Vector<Utf8>, (text) => quoted(String(text), separator));
    return (row) => texts[values[row]] ?? "";
  }
  if (DataType.isTimestamp(type)) return (row) => formatTimestamp(values[row]);
  if (DataType.isNull(type)) return () => "";
  const json = jsonReader(data);
  if (DataType.isInt(type) || DataType.isBool(type)) return json;
  if (DataType.isFixedSizeBinary(type)) return (row) => json(row).slice(1, -1);
  return (row) => quoted(json(row), separator);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** An empty text is quoted, so that it is not taken for null. */
function quoted(text: string, separator: string): string {
  const plain = text !== "" && !text.includes(separator) && !/["\r\n]|^\s|\s$/.test(text);
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
