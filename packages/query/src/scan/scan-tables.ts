import { notify, QueryError, type Warning } from "@lazynwb/core";
import { INTERNAL_COLUMNS, type MergedColumn, type NwbTable } from "@lazynwb/model";
import { unknownColumn } from "../expr/unknown-column.ts";
import { INTERNAL_SCHEMA, isInternalColumn } from "../internal-columns.ts";
import type { ScanOptions, ScanSource } from "../scan-request.ts";
import { mapBounded } from "./bounded.ts";
import { DEFAULT_CONCURRENCY } from "./defaults.ts";
import { FileTables, warnFailedFile } from "./file-tables.ts";
import { MODEL, type ModelParts } from "./model-parts.ts";
import { ScanSchema } from "./scan-schema.ts";
import { ScanState } from "./scan-state.ts";
import { SpentBytes } from "./spent-bytes.ts";
import { type AnySchema, type SchemaShape, TableScan } from "./table-scan.ts";

/**
 * Finds a table in files and takes its columns together; nothing but headers is read.
 *
 * Rows of the scan come in the order of the files, then of the paths, then of the rows. The scan keeps the files: closing it
 * closes them.
 *
 * @throws NotFoundError where no file has the table; `candidates` are the names that may have been meant.
 * @throws QueryError where no file is given, or an option contradicts itself.
 * @remarks I/O: opens the files, `concurrency` (16) of them at once, and reads headers: all rounds of different files overlap.
 * With `inferSchemaLength` only the leading files are opened, with `schema` none: the others when they are read.
 * @example const units = await scanTables({ files, table: "/units" }, { nanAsNull: true })
 */
export async function scanTables<Schema extends SchemaShape = AnySchema>(
  source: ScanSource,
  options: ScanOptions = {},
): Promise<TableScan<Schema>> {
  return scanTablesOf(MODEL, source, options);
}

/** As `scanTables`, over other parts of model. */
export async function scanTablesOf<Schema extends SchemaShape = AnySchema>(
  model: ModelParts,
  source: ScanSource,
  options: ScanOptions = {},
): Promise<TableScan<Schema>> {
  checkOptions(source, options);
  options.signal?.throwIfAborted();
  const files = source.files.map((file) => new FileTables(file, source, options, model));
  const columns =
    options.schema === undefined
      ? await inferColumns(files, source, options, model)
      : Object.entries({ ...options.schema, ...options.schemaOverrides }).map(
          ([name, type]) => internalColumn(name) ?? { name, type, metadata: {} },
        );
  return new TableScan(new ScanState(files, new ScanSchema(columns), options, model));
}

function checkOptions({ files }: ScanSource, { inferSchemaLength, concurrency, maxBytes }: ScanOptions): void {
  if (files.length === 0) throw new QueryError("a scan wants at least one file");
  for (const [name, value] of Object.entries({ inferSchemaLength, concurrency, maxBytes }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
      throw new QueryError(`${name} must be a whole number of at least 1, not ${value}`);
}

async function inferColumns(
  files: readonly FileTables[],
  source: ScanSource,
  options: ScanOptions,
  model: ModelParts,
): Promise<readonly MergedColumn[]> {
  const leading = files.slice(0, options.inferSchemaLength);
  const tables = await openLeading(leading, options);
  if (tables.length === 0) throw await lacking(leading, files.length, source, options, model);
  const { schemaOverrides, excludeArrayColumns } = options;
  checkOverrides(Object.keys(schemaOverrides ?? {}), tables);
  const { columns, warnings } = model.mergeSchemas(tables, { schemaOverrides, excludeArrayColumns });
  for (const warning of warnings) notify(options.onWarning, warning);
  return columns;
}

async function openLeading(leading: readonly FileTables[], options: ScanOptions): Promise<NwbTable[]> {
  const spent = new SpentBytes(leading.map(({ file }) => file));
  const failures: unknown[] = [];
  let done = 0;
  const found = await mapBounded(
    leading,
    options.concurrency ?? DEFAULT_CONCURRENCY,
    async (each, _, signal) => {
      // Warnings of one file come together, in the file's own turn to be reported.
      const warnings: Warning[] = [];
      try {
        const tables = await each.open(signal, (warning) => warnings.push(warning));
        return { tables, warnings };
      } catch (error) {
        if (signal.aborted || options.ignoreErrors !== true) throw error;
        failures.push(error);
        warnFailedFile({ onWarning: (warning) => warnings.push(warning) }, each.file.id, error);
        return { tables: [], warnings };
      } finally {
        done++;
        notify(options.onProgress, { phase: "open", done, total: leading.length, bytes: spent.note(each.file) });
      }
    },
    options.signal,
  );
  for (const { warnings } of found) for (const warning of warnings) notify(options.onWarning, warning);
  // Nothing is left to give rows: what went wrong is the answer.
  if (failures.length === leading.length) throw failures[0];
  return found.flatMap(({ tables }) => tables);
}

/** The error of the first file that could be asked, told of all. */
async function lacking(
  leading: readonly FileTables[],
  count: number,
  source: ScanSource,
  options: ScanOptions,
  model: ModelParts,
): Promise<Error> {
  const readable = leading.find(({ known }) => known !== undefined)!;
  const error = await model.missingTable(readable.file, source.table, { signal: options.signal });
  const others = leading.length - 1;
  if (others > 0) error.message += `; nor have it the ${others} other file${others === 1 ? "" : "s"} looked at`;
  if (leading.length < count) error.message += ` (of ${count}: a larger inferSchemaLength looks at more)`;
  return error;
}

function internalColumn(name: string): MergedColumn | undefined {
  return INTERNAL_SCHEMA.find((column) => column.name === name);
}

function checkOverrides(overridden: readonly string[], tables: readonly NwbTable[]): void {
  const names = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  for (const name of overridden) {
    if (isInternalColumn(name))
      throw new QueryError(`the types of ${INTERNAL_COLUMNS.join(", ")} cannot be overridden`);
    if (!names.has(name)) throw unknownColumn(name, [...names]);
  }
}
