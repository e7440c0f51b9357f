import { countRows } from "@lazynwb/core";
import type { Explanation } from "./explain.ts";
import type { Span, StagePlan, TablePlan } from "./plan.ts";

/** An explanation as lines, the way databases print their plans. */
export function formatExplanation(plan: Omit<Explanation, "toString">): string {
  const window = [
    plan.limit === null ? [] : [`limit ${plan.limit}`],
    plan.offset === 0 ? [] : [`offset ${plan.offset}`],
  ];
  return [
    `scan of ${count(plan.files, "file")}${plan.filesPruned > 0 ? ` (${plan.filesPruned} left out)` : ""}`,
    `  columns: ${plan.columns.join(", ") || "none"}`,
    ...plan.predicates.map(({ text, over }) => `  filter: ${text}  [${over === "rows" ? "before reading" : "pushed"}]`),
    ...(window.flat().length > 0 ? [`  ${window.flat().join(", ")}`] : []),
    ...plan.tables.flatMap(formatTable),
    `  in all: ${span(plan.rows, "row")}, ${span(plan.rounds, "round")}, ${span(plan.requests, "request")}, ${bytes(plan.bytes)}`,
  ].join("\n");
}

function formatTable(table: TablePlan): string[] {
  const rows = countRows(Float64Array.from(table.rows));
  const head = `  ${table.source} ${table.path}: ${rows} of ${count(table.rowCount, "row")}`;
  if (rows === 0) return [`${head}, left out`];
  const absent = table.absent.length > 0 ? [`    null: ${table.absent.join(", ")} (not in this file)`] : [];
  return [head, ...table.stages.map((stage, at) => `    ${at + 1}. ${formatStage(stage)}`), ...absent];
}

function formatStage(stage: StagePlan): string {
  const what = stage.kind === "filter" ? "filter on" : "read";
  const beside = stage.prepares.length > 0 ? `; beside it the indexes of ${stage.prepares.join(", ")}` : "";
  const requests = stage.requests === null ? [] : [span(stage.requests, "request")];
  const cost = [span(stage.rows, "row"), span(stage.rounds, "round"), ...requests, bytes(stage.bytes)].join(", ");
  return `${what} ${stage.columns.join(", ")}: ${cost}${beside}`;
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}

function span({ min, max }: Span, noun: string): string {
  return min === max ? count(max, noun) : `${min}..${count(max, noun)}`;
}

function bytes({ min, max }: Span): string {
  return min === max ? formatBytes(max) : `${formatBytes(min)}..${formatBytes(max)}`;
}

/** Bytes in the unit that leaves few digits. */
export function formatBytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(size) : size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}
