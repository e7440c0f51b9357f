export { ContractViolationError, type TestFunction } from "./assert.ts";
export { type ByteSourceContract, byteSourceContract } from "./byte-source-contract.ts";
export {
  type ExpectedLink,
  type ExpectedNode,
  type HierarchyContract,
  hierarchyContract,
} from "./hierarchy-contract.ts";
export { type HttpSourceContract, httpSourceContract } from "./http-source-contract.ts";
export { type HierarchyCalls, type MemoryHierarchy, memoryHierarchy } from "./memory-hierarchy.ts";
export { patternBytes, seededNumbers } from "./pattern.ts";
export type { ExpectedValue } from "./plain-values.ts";
export { type FetchFaults, type ScriptedFetch, scriptedFetch } from "./scripted-fetch.ts";
export { PlanningScriptedSource, type Script, type ScriptedRead, ScriptedSource } from "./scripted-source.ts";
export { array, damaged, externalLink, group, hardLink, nullArray, softLink, type Tree } from "./tree.ts";
export { listOf, ndArrayOf, type PlainValues, reference, structOf, type ValueOptions } from "./values.ts";
