import type { ByteCounters } from "@lazynwb/core";
import { bytesText, plural } from "./human-units.ts";

/** What a command cost, as a line for people or for programs. */
export function statsLine(counters: ByteCounters, seconds: number, json: boolean): string {
  const { rounds, requests, bytes, cacheHits } = counters;
  if (json) return `${JSON.stringify({ stats: { rounds, requests, bytes, cacheHits, seconds } })}\n`;
  const parts = [plural(rounds, "round"), plural(requests, "request"), bytesText(bytes), `${seconds.toFixed(2)} s`];
  return `${parts.join(", ")}\n`;
}
