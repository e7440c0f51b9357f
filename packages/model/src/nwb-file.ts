import type { ByteCounters, CallOptions, Hierarchy } from "@lazynwb/core";

/**
 * A file or store that is open while it is read. Whoever made it decides how many stay open: the hierarchy is borrowed for
 * the time of one piece of work and never kept.
 */
export interface NwbFile {
  /** `_nwb_path`. */
  readonly id: string;
  /** Runs `work` over the opened hierarchy; opens it when it is not. */
  use<Result>(work: (hierarchy: Hierarchy) => Promise<Result>, options?: CallOptions): Promise<Result>;
  /** What reading this file has cost so far. */
  counters(): ByteCounters;
  close(): Promise<void>;
}
