import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { describeFirstBytes } from "../../src/first-bytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  [bytes("<!DOCTYPE html>\n<html><head><title> 404 Not\nFound</title>"), 'an HTML page titled "404 Not Found"'],
  [bytes("<html><body>Sign in</body></html>"), "an HTML page"],
  [bytes('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), 'an XML answer with code "AccessDenied"'],
  [bytes('{"detail": "Not found."}'), 'JSON that begins "{\\"detail\\": \\"Not found.\\"}"'],
  [bytes("version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer (git lfs pull fetches the file itself)"],
  [bytes("/annex/objects/MD5E-s1--d.nwb\n"), "a git-annex pointer (datalad get fetches the file itself)"],
  [bytes("id,start_time\n1,2\n"), 'text that begins "id,start_time 1,2 "'],
  [bytes("naïve"), 'text that begins "naïve"'],
  [bytes("naïve").subarray(0, 3), 'text that begins "na"'],
  [gzipSync("x"), "a gzip archive"],
  [new Uint8Array(512), "nothing but zeros in its first 512 bytes"],
  [new Uint8Array([0, 1, 2, 250, 251]), "bytes 00 01 02 fa fb"],
])("case %#", (head, text) => {
  expect(describeFirstBytes(head)).toBe(text);
});
