import { UnsupportedError } from "@lazynwb/core";
import type NodejsPolars from "nodejs-polars";

/** The namespace `pl` of nodejs-polars. */
export type Polars = (typeof NodejsPolars)["default"];
export type { DataFrame, DataType, Expr, LazyDataFrame } from "nodejs-polars";

let loaded: Promise<Polars> | undefined;

/**
 * nodejs-polars, loaded when it is first asked for. This file alone imports it, so that a platform without its binary can
 * still load everything that does without.
 *
 * @throws UnsupportedError where it is not installed, or has no binary that runs here.
 */
export function polarsModule(): Promise<Polars> {
  loaded ??= loadPolars(() => import("nodejs-polars")).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

type ImportedPolars = { readonly default: Polars | { readonly default: Polars } };

/** What `polarsModule` does, over another way of importing: tests let it fail. */
export async function loadPolars(importModule: () => Promise<ImportedPolars>): Promise<Polars> {
  try {
    // Node gives the CommonJS module as the default, bundlers give the default of that module.
    const module = (await importModule()).default;
    return "default" in module ? module.default : module;
  } catch (cause) {
    throw new UnsupportedError(`${whatIsMissing(cause)} ${WAY_OUT}`, { feature: "nodejs-polars", cause });
  }
}

const WAY_OUT =
  'Functions that return polars objects need it; "lazynwb/web" gives the same tables as Arrow, without native code.';

function whatIsMissing(cause: unknown): string {
  const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  if (/Cannot find (package|module) ['"]nodejs-polars['"]/.test(message))
    return "nodejs-polars is not installed: npm install nodejs-polars.";
  const platform = `${process.platform}-${process.arch}`;
  return `nodejs-polars has no binary that runs on ${platform} under Node ${process.versions.node} (${message}).`;
}
