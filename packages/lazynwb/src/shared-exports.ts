export type {
  Backend,
  ByteCounters,
  ByteRange,
  ByteSource,
  ByteStore,
  ByteWindow,
  CallOptions,
  Hierarchy,
  ProgressEvent,
  ReportOptions,
  Source,
  Warning,
} from "@lazynwb/core";
export {
  AccessDeniedError,
  AmbiguousNameError,
  ColumnMismatchError,
  CorruptChunkError,
  EmptyFileError,
  ExpressionSyntaxError,
  FormatError,
  HttpStatusError,
  isLazyNwbError,
  LazyNwbError,
  LimitError,
  NetworkError,
  NotFoundError,
  NotNwbError,
  QueryError,
  RangeIgnoredError,
  SchemaError,
  ShortReadError,
  SourceChangedError,
  SourceNotFoundError,
  StorageError,
  TruncatedFileError,
  TypeMismatchError,
  UnknownColumnError,
  UnsupportedError,
} from "@lazynwb/core";
export {
  type ColumnType,
  type FileContent,
  INTERNAL_COLUMNS,
  type InternalPathOptions,
  type TableSelector,
} from "@lazynwb/model";
export type {
  OutputAdapter,
  PlainRow,
  PlainValue,
  RowPredicate,
  RunOptions,
  ScanOptions,
  ScanStats,
  TableScan,
} from "@lazynwb/query";
export { createStorage, type SourceInput, type Storage, type StorageOptions } from "@lazynwb/storage";
export type { FilesOptions } from "./each-file.ts";
export type { SourceInputs, SourceParts } from "./nwb-sources.ts";
export type { FileCallOptions, OpenNwb } from "./open-nwb.ts";
