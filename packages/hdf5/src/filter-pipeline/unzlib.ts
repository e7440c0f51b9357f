/** The one part of fflate that is used, so that bundles which cannot load it later take no more of it in. */
export { Unzlib } from "fflate";
