export type * from "./row-predicate.ts";
export type * from "./scan-request.ts";
