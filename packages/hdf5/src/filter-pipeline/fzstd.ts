/** The one part of fzstd that is used, so that bundles which cannot load it later take no more of it in. */
export { Decompress } from "fzstd";
