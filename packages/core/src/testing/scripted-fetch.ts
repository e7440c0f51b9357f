/** How a scripted server misbehaves. */
export interface FetchFaults {
  /** Answers every range with 200 and the whole object. */
  readonly ignoreRange?: boolean | undefined;
  /** As where CORS exposes no header: Content-Range and ETag are missing. */
  readonly hideHeaders?: boolean | undefined;
  /** The ETag of each answer, by its number from 0. */
  readonly etag?: ((count: number) => string) | undefined;
  /** Bytes of each answer, by its number from 0. */
  readonly version?: ((count: number) => Uint8Array) | undefined;
  /** Answers that come before the object is served, in order. */
  readonly statuses?: readonly number[] | undefined;
  /** Bytes that are missing from the end of each body. */
  readonly shortBy?: number | undefined;
  /** Bytes by which the body, and Content-Range with it, lies beside what was asked for. */
  readonly shiftBy?: number | undefined;
}

export interface ScriptedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Ranges that were asked for; undefined for the whole object. */
  readonly ranges: (string | undefined)[];
}

/** A server of one object that lives in a function: what it is asked for by fetch it answers as object stores do, or worse. */
export function scriptedFetch(bytes: Uint8Array, faults: FetchFaults = {}): ScriptedFetch {
  const ranges: (string | undefined)[] = [];
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const count = ranges.length;
    const header = request.headers.get("range") ?? undefined;
    ranges.push(header);
    const status = faults.statuses?.[count];
    if (status !== undefined) return new Response(null, { status });
    const object = faults.version?.(count) ?? bytes;
    const headers = new Headers(faults.hideHeaders ? {} : { etag: faults.etag?.(count) ?? '"v"' });
    return objectAnswer(object, header, headers, faults);
  };
  return Object.assign(answer, { ranges });
}

function objectAnswer(object: Uint8Array, range: string | undefined, headers: Headers, faults: FetchFaults): Response {
  const size = object.length;
  const match = faults.ignoreRange ? null : /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  const respond = (status: number, start: number, stop: number) => {
    const body = object.slice(start, Math.max(start, stop - (faults.shortBy ?? 0)));
    headers.set("content-length", String(body.length));
    return new Response(body, { status, headers });
  };
  if (match === null) return respond(200, 0, size);
  const [, first = "", last = ""] = match;
  let start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  let stop = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= stop) {
    if (!faults.hideHeaders) headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  start += faults.shiftBy ?? 0;
  stop += faults.shiftBy ?? 0;
  if (!faults.hideHeaders) headers.set("content-range", `bytes ${start}-${stop - 1}/${size}`);
  return respond(206, start, stop);
}
