import { notify, type Warning } from "@lazynwb/core";
import type { RunOptions, ScanOptions, ScanQuery } from "../scan-request.ts";
import { eitherSignal } from "./abortable.ts";
import { ByteBudget } from "./byte-budget.ts";
import { BATCHES_IN_BUDGET, DEFAULT_CONCURRENCY, DEFAULT_MAX_BYTES, LOW_MEMORY_MAX_BYTES } from "./defaults.ts";
import { needsNoData } from "./plan.ts";
import { RowWindow } from "./row-window.ts";
import { RunLedger } from "./run-ledger.ts";
import type { ScanState } from "./scan-state.ts";

/** What all files of one run share. */
export class RunContext {
  readonly state: ScanState;
  readonly query: ScanQuery;
  readonly ledger: RunLedger;
  readonly budget: ByteBudget;
  readonly window: RowWindow;
  /** Decoded bytes of a batch. */
  readonly batchBytes: number;
  /** The rows kept are known only as data is read. */
  readonly byData: boolean;
  /** Offset or limit is asked for: rows are claimed in order. */
  readonly windowed: boolean;
  /** Failed files are left out of a limited answer: rows count only once they have been read, and are given back otherwise. */
  readonly countsDelivered: boolean;
  /** Ends all work of the run. */
  readonly signal: AbortSignal;
  /** Ends looking for rows too, once the limit is met. */
  readonly seeking: AbortSignal;
  readonly #stop = new AbortController();
  readonly #met = new AbortController();
  readonly #options: RunOptions;

  constructor(state: ScanState, query: ScanQuery, options: RunOptions) {
    this.state = state;
    this.query = query;
    this.#options = options;
    const maxBytes = options.maxBytes ?? defaultMaxBytes(state.options);
    this.budget = new ByteBudget(maxBytes);
    this.batchBytes = Math.max(1, Math.floor(maxBytes / BATCHES_IN_BUDGET));
    this.window = new RowWindow(query.offset, query.limit);
    this.windowed = query.limit !== undefined || (query.offset ?? 0) > 0;
    this.countsDelivered = this.windowed && state.options.ignoreErrors === true;
    this.byData = query.predicates.some((predicate) => !needsNoData(predicate));
    this.signal = AbortSignal.any([eitherSignal(options.signal, this.#stop.signal), state.closing]);
    this.seeking = AbortSignal.any([this.signal, this.#met.signal]);
    this.ledger = new RunLedger(state, options);
    if (this.window.exhausted) this.meetLimit();
  }

  get ignoreErrors(): boolean {
    return this.state.options.ignoreErrors === true;
  }

  get concurrency(): number {
    return this.#options.concurrency ?? this.state.options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  get limitMet(): boolean {
    return this.#met.signal.aborted;
  }

  /** The limit is met: nothing that is still being looked for is wanted. */
  meetLimit(): void {
    this.#met.abort(new Error("the limit is met"));
  }

  stop(): void {
    this.#stop.abort(new Error("the run has ended"));
  }

  warn(warning: Warning): void {
    this.ledger.warnings.push(warning);
    notify(this.#options.onWarning ?? this.state.options.onWarning, warning);
  }
}

function defaultMaxBytes({ maxBytes, lowMemory }: ScanOptions): number {
  return maxBytes ?? (lowMemory === true ? LOW_MEMORY_MAX_BYTES : DEFAULT_MAX_BYTES);
}
