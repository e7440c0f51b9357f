import type { Table } from "apache-arrow";
import pl from "nodejs-polars";
import { toIpc } from "../../src/arrow/ipc.ts";

/** The same rows in polars, which is asked for the answers that ours must equal. */
export function toPolars(table: Table): pl.DataFrame {
  return pl.readIPC(Buffer.from(toIpc(table)));
}

/** Row numbers that a polars expression keeps. */
export function keptByPolars(table: Table, predicate: pl.Expr): number[] {
  const frame = toPolars(table).withRowIndex("_row") as unknown as pl.DataFrame;
  return frame.filter(predicate).getColumn("_row").toArray().map(Number);
}
