export { type OutputAdapterContract, outputAdapterContract } from "./output-adapter-contract.ts";
