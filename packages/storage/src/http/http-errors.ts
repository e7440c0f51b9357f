import {
  AccessDeniedError,
  HttpStatusError,
  type LazyNwbError,
  SourceChangedError,
  SourceNotFoundError,
} from "@lazynwb/core";

const waits = new WeakMap<object, number>();

/** How long the server asked to be left alone before an error's read is tried again. Milliseconds. */
export function retryAfterMs(error: unknown): number | undefined {
  return typeof error === "object" && error !== null ? waits.get(error) : undefined;
}

function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (header.trim() !== "" && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** The error that an answer is, which is none of those a ranged read expects. `source` is a public URL. */
export function statusError(response: Response, source: string): LazyNwbError {
  const { status } = response;
  if (status === 404 || status === 410)
    return new SourceNotFoundError(`there is nothing at ${source} (HTTP ${status})`, { source });
  if (status === 401 || status === 403 || status === 407)
    return new AccessDeniedError(
      `the server refuses access to ${source} (HTTP ${status}); check credentials, or whether a signed URL has expired`,
      { source, status },
    );
  if (status === 412)
    return new SourceChangedError(`${source} was replaced while it was read (HTTP 412). Open it again.`, { source });
  const error = new HttpStatusError(`the server answered HTTP ${status} for ${source}`, { source, status });
  const wait = parseRetryAfter(response.headers.get("retry-after"));
  if (wait !== undefined) waits.set(error, wait);
  return error;
}
