/** Options that every asynchronous call takes. A signal belongs to a call, never to an instance. */
export interface CallOptions {
  /** Stops the call; it then rejects with `signal.reason`, untouched. Shared work stops when its last caller has left. */
  readonly signal?: AbortSignal | undefined;
  /** Higher goes first where calls wait for a limited resource. Metadata is read at 1, data at 0 (the default). */
  readonly priority?: number | undefined;
}

/** Work done so far. Given to `onProgress` after the work; what that throws cannot alter a result. */
export interface ProgressEvent {
  /** What is under way, such as `"open"`, `"schema"`, `"read"` or `"metadata"`. */
  readonly phase: string;
  /** Units finished: files, or rows where `phase` is `"read"`. */
  readonly done: number;
  /** Units in all, where known. */
  readonly total?: number | undefined;
  /** Bytes fetched so far by this call. */
  readonly bytes: number;
}

/**
 * Something a caller should know that did not stop the answer.
 *
 * @example { code: "COLUMN_MISSING", message: "colnames lists 'quality', which has no dataset", source: "a.nwb", path: "/units" }
 */
export interface Warning {
  /** A stable name in SCREAMING_SNAKE. */
  readonly code: string;
  /** One sentence with names and numbers. */
  readonly message: string;
  /** The `_nwb_path` of the file it is about. */
  readonly source?: string | undefined;
  /** The object in that file. */
  readonly path?: string | undefined;
  /** Values to branch on, such as `{ column, rows }`. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Hooks of calls that take long or may have something to say. */
export interface ReportOptions {
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** Tells a listener, and keeps what it throws away from the caller's result. */
export function notify<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  if (listener === undefined) return;
  try {
    listener(event);
  } catch (error) {
    // A listener's fault is its owner's: raised outside of this call, so that it is seen but alters no answer.
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Throws `signal.reason`, untouched, where the call was given up. */
export function throwIfAborted(options: CallOptions | undefined): void {
  options?.signal?.throwIfAborted();
}
