export { IpcEncoder, type IpcFormat, toIpc } from "./arrow/ipc.ts";
export { type PlainRow, type PlainValue, rowsOf } from "./arrow/plain-values.ts";
export type { ColumnTypes } from "./expr/check-expr.ts";
export { type ColumnExpr, col } from "./expr/column-expr.ts";
export { Expr, lit, not } from "./expr/expr.ts";
export type { Expression, Operand } from "./expr/expr-types.ts";
export type { ExprNode, Literal, LiteralNode } from "./expr/node.ts";
export { predicateOf, predicatesOf } from "./expr/predicate.ts";
export { columnsOf, splitConjuncts, type WalkStep, walk } from "./expr/walk.ts";
export { type MetadataTableOptions, metadataTable } from "./metadata-table.ts";
export { arrowFileAdapter, arrowStreamAdapter, arrowTableAdapter } from "./output/arrow-adapters.ts";
export { type CsvOptions, csvAdapter } from "./output/csv-adapter.ts";
export { jsonAdapter, ndjsonAdapter } from "./output/json-adapters.ts";
export type { OutputSink, WriteSummary } from "./output/sink.ts";
export { writeBatches } from "./output/write-batches.ts";
export type { OutputAdapter } from "./output-adapter.ts";
export type { RowPredicate } from "./row-predicate.ts";
export { DEFAULT_CONCURRENCY, DEFAULT_MAX_BYTES, LOW_MEMORY_MAX_BYTES } from "./scan/defaults.ts";
export type { Explanation } from "./scan/explain.ts";
export { planScan, type ScanPlan, type Span, type StagePlan, type TablePlan } from "./scan/plan.ts";
export { scanTables } from "./scan/scan-tables.ts";
export type { ColumnFacts, TableFacts } from "./scan/table-facts.ts";
export {
  type AnySchema,
  type ColumnName,
  explainScan,
  type RowOf,
  runScan,
  type SchemaShape,
  TableScan,
} from "./scan/table-scan.ts";
export type * from "./scan-request.ts";
export { caretLine } from "./where/caret-line.ts";
export { parseWhere } from "./where/parse-where.ts";
