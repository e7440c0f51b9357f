import { credentialsOf, publicUrl } from "./public-url.ts";

/** Shorter values are not looked for: they would be found in innocent words. They are kept out by never being written. */
const SHORTEST_SECRET = 6;

/** Takes URLs' credentials and given secrets out of texts that others wrote, such as the messages of a fetch. */
export type Redact = (text: string) => string;

export function redactor(url: URL, headers: Iterable<readonly [string, string]>): Redact {
  const secrets = [...credentialsOf(url), ...[...headers].flatMap(([, value]) => [value, ...value.split(/\s+/)])]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((left, right) => right.length - left.length);
  return (text) => {
    let shown = text.replace(/\bhttps?:\/\/[^\s"'<>)]+/gi, (found) =>
      URL.canParse(found) ? publicUrl(found) : "a URL",
    );
    for (const secret of secrets) shown = shown.replaceAll(secret, "***");
    return shown;
  };
}

/** The innermost reason that an error gives: undici says only "fetch failed" and hides the reason in its cause. */
export function rootCause(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause !== undefined; depth++) root = root.cause;
  if (root instanceof AggregateError && root.errors.length > 0) return root.errors[0];
  return root;
}

/** What may be kept of an error that somebody else's code threw: its name, code and message, redacted. */
export function safeCause(error: unknown, redact: Redact): Error {
  const root = rootCause(error);
  if (!(root instanceof Error)) return new Error(redact(String(root)));
  const code = (root as { code?: unknown }).code;
  const safe = new Error(redact(root.message) || root.name);
  safe.stack = `${root.name}: ${safe.message}`;
  return typeof code === "string" ? Object.assign(safe, { code: redact(code) }) : safe;
}
