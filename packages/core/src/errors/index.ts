export * from "./format-error.ts";
export { type ErrorDetails, isLazyNwbError, LazyNwbError } from "./lazynwb-error.ts";
export * from "./query-error.ts";
export * from "./storage-error.ts";
