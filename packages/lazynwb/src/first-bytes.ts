const SIGNATURES: readonly (readonly [name: string, ...bytes: number[]])[] = [
  ["an HDF5 file", 0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
  ["a gzip archive", 0x1f, 0x8b],
  ["a zip archive", 0x50, 0x4b, 0x03, 0x04],
  ["a zstd archive", 0x28, 0xb5, 0x2f, 0xfd],
  ["an xz archive", 0xfd, 0x37, 0x7a, 0x58, 0x5a],
  ["a bzip2 archive", 0x42, 0x5a, 0x68],
  ["a 7z archive", 0x37, 0x7a, 0xbc, 0xaf],
  ["an HDF4 file", 0x0e, 0x03, 0x13, 0x01],
  ["a classic NetCDF file", 0x43, 0x44, 0x46],
  ["a Parquet file", 0x50, 0x41, 0x52, 0x31],
  ["an Arrow file", 0x41, 0x52, 0x52, 0x4f, 0x57, 0x31],
  ["a NumPy array", 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
  ["an SQLite database", 0x53, 0x51, 0x4c, 0x69, 0x74, 0x65],
  ["a PDF", 0x25, 0x50, 0x44, 0x46],
  ["a PNG image", 0x89, 0x50, 0x4e, 0x47],
  ["a JPEG image", 0xff, 0xd8, 0xff],
  ["a program", 0x7f, 0x45, 0x4c, 0x46],
];
const SHOWN = 60;

/**
 * What the first bytes of a file look like, for an error that tells a user what was found in place of a file of data.
 *
 * @example describeFirstBytes(new TextEncoder().encode("<!doctype html><title>404</title>")) // 'an HTML page titled "404"'
 */
export function describeFirstBytes(head: Uint8Array): string {
  for (const [name, ...bytes] of SIGNATURES) if (bytes.every((byte, at) => head[at] === byte)) return name;
  if (head.length > 0 && head.every((byte) => byte === 0)) return `nothing but zeros in its first ${head.length} bytes`;
  const text = textOf(head);
  return text === undefined ? `bytes ${hexOf(head)}` : describeText(text);
}

function describeText(text: string): string {
  const start = text.trimStart();
  if (/^(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b/is.test(start)) {
    const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.trim().replace(/\s+/g, " ");
    return title ? `an HTML page titled "${excerpt(title)}"` : "an HTML page";
  }
  if (/^(?:<\?xml|<Error>)/.test(start)) {
    const code = /<Code>([^<]*)/.exec(start)?.[1];
    return code ? `an XML answer with code "${excerpt(code)}"` : "an XML document";
  }
  if (/^version https:\/\/git-lfs/.test(start)) return "a Git LFS pointer (git lfs pull fetches the file itself)";
  if (/^(?:\.\.\/)*\.git\/annex\/|^\/annex\/objects\//.test(start))
    return "a git-annex pointer (datalad get fetches the file itself)";
  if (/^MATLAB 5/.test(start)) return "a MATLAB 5 file";
  if (/^[{[]/.test(start)) return `JSON that begins ${JSON.stringify(excerpt(start))}`;
  return `text that begins ${JSON.stringify(excerpt(start))}`;
}

/** The bytes as text; undefined where they are none. A character cut at the end does not count. */
function textOf(head: Uint8Array): string | undefined {
  if (head.length === 0) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return head.some(isBinaryControl) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Control characters that no text has: all but tab, line ends and escape. */
function isBinaryControl(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32 && byte !== 27);
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

function hexOf(head: Uint8Array): string {
  return Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
