import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";
import { byteSourceContract } from "@lazynwb/core/testing";
import { memorySource, openSource } from "@lazynwb/storage";
import { memberSource } from "../member-source.ts";
import { headAndTail } from "../read-ranges.ts";

/** The object under test, with strangers before and behind it. */
function inside(bytes: Uint8Array) {
  const whole = new Uint8Array(bytes.length + 1000).fill(0xee);
  whole.set(bytes, 512);
  return memberSource(memorySource(whole, { id: "archive.tar" }), "member.bin", 512, bytes.length);
}

byteSourceContract({ test, make: inside, wrap: { "opened by storage": (source) => openSource(source) } });

test("head and tail of a far object cost one round", async () => {
  const object = Uint8Array.from({ length: 5000 }, (_, at) => at % 251);
  const server = createServer((request, response) => {
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = first ? Number(first) : object.length - Number(last);
    const stop = first ? Math.min(object.length, Number(last) + 1) : object.length;
    response.writeHead(206, { "content-range": `bytes ${start}-${stop - 1}/${object.length}`, etag: '"1"' });
    response.end(object.subarray(start, stop));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as { port: number };
    const { head, tail, cost } = await headAndTail(`http://127.0.0.1:${port}/object.bin`);
    assert.deepEqual([...head], [...object.subarray(0, 16)]);
    assert.deepEqual([...tail], [...object.subarray(-16)]);
    assert.equal(cost, "1 round, 2 requests, 32 bytes, 1 read from the cache, of 5000 bytes");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
