export { type HierarchyCalls, type MemoryHierarchy, memoryHierarchy } from "./memory-hierarchy.ts";
export { array, damaged, externalLink, group, hardLink, nullArray, softLink, type Tree } from "./tree.ts";
export { listOf, ndArrayOf, type PlainValues, reference, structOf, type ValueOptions } from "./values.ts";
