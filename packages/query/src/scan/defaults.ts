/**
 * Files under way at once, on opening and on reading: 16 hide the latency of one another's rounds, and the windows they hold
 * are small beside the byte budget.
 */
export const DEFAULT_CONCURRENCY = 16;

/** Fetched, decoded and Arrow bytes in flight: two batches being read and as many on their way out. */
export const DEFAULT_MAX_BYTES = 128 * 2 ** 20;

/** The same with `lowMemory`. */
export const LOW_MEMORY_MAX_BYTES = 64 * 2 ** 20;

/** Batches in the byte budget: so they are of 32 MiB by default, and of 16 MiB with `lowMemory`. */
export const BATCHES_IN_BUDGET = 4;

/** Bytes of predicate columns that are read at once where a limit may end the scan early; then twice as many, and so on. */
export const FIRST_PREDICATE_BYTES = 2 ** 20;
