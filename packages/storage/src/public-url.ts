/** Parameters that carry a credential, a signature, or the terms of one. Compared without regard to case. */
const CREDENTIAL_NAMES: ReadonlySet<string> = new Set([
  // AWS signature 2, CloudFront
  "awsaccesskeyid",
  "signature",
  "expires",
  "policy",
  "key-pair-id",
  // Google, signature 2
  "googleaccessid",
  // Azure shared access signatures
  "sig",
  "se",
  "sp",
  "sv",
  "st",
  "sr",
  "spr",
  "sip",
  "si",
  "ss",
  "srt",
  "skoid",
  "sktid",
  "skt",
  "ske",
  "sks",
  "skv",
  // Bearer tokens, API keys and passwords
  "token",
  "access_token",
  "id_token",
  "refresh_token",
  "auth",
  "authorization",
  "jwt",
  "bearer",
  "apikey",
  "api_key",
  "api-key",
  "x-api-key",
  "subscription-key",
  "secret",
  "client_secret",
  "password",
  "passwd",
  "pwd",
  "credential",
  "credentials",
  "sas",
  "session_token",
  "sessiontoken",
]);
const CREDENTIAL_PREFIXES = ["x-amz-", "x-goog-", "x-oss-", "x-cos-", "x-ms-"];

/** A part of a URL without its percent signs; as it stands where they are malformed. */
export function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a query parameter of this name is, or belongs to, a credential. */
export function isCredentialParameter(name: string): boolean {
  const plain = decodedPart(name).trim().toLowerCase();
  return CREDENTIAL_NAMES.has(plain) || CREDENTIAL_PREFIXES.some((prefix) => plain.startsWith(prefix));
}

/**
 * A URL as it may be shown, logged and used as an identity: without user and password, without credential parameters and
 * without the fragment. Other parameters stay as they were written.
 *
 * @example publicUrl("https://host/a.nwb?versionId=3&X-Amz-Signature=abc") // "https://host/a.nwb?versionId=3"
 */
export function publicUrl(url: string | URL): string {
  const shown = new URL(url);
  const kept = shown.search
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && !isCredentialParameter(part.split("=", 1)[0]!));
  shown.username = "";
  shown.password = "";
  shown.hash = "";
  shown.search = kept.length > 0 ? `?${kept.join("&")}` : "";
  return shown.href;
}

/** The values in a URL that nobody may see. */
export function credentialsOf(url: URL): string[] {
  const values = url.search
    .slice(1)
    .split("&")
    .filter((part) => isCredentialParameter(part.split("=", 1)[0]!))
    .map((part) => part.slice(part.indexOf("=") + 1));
  return [...values, url.password, url.username].flatMap((value) => [value, decodedPart(value)]);
}
