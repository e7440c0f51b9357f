import { type ByteSource, type ByteWindow, readRanges } from "../byte-source.ts";
import { StorageError } from "../errors/index.ts";
import { begun, check, failure, settle, type TestFunction, value } from "./assert.ts";
import { patternBytes } from "./pattern.ts";
import { PlanningScriptedSource, type Script, ScriptedSource } from "./scripted-source.ts";

type Wrap = (source: ByteSource) => ByteSource;
type Case = (wrap: Wrap) => Promise<void>;

const bytes = patternBytes(400_000);
const near = { offset: 1000, length: 100 };
const nearby = { offset: 1200, length: 100 };
const far = { offset: 390_000, length: 100 };

function same(window: ByteWindow, range: { offset: number; length: number }, of = bytes): boolean {
  const expected = of.subarray(range.offset, range.offset + range.length);
  return window.bytes.length === expected.length && window.bytes.every((byte, at) => byte === expected[at]);
}

function checkSame(window: ByteWindow, range: { offset: number; length: number }): void {
  check(same(window, range), `the bytes from ${range.offset} are not the source's`);
}

/** Gives way until something holds, for a second at most. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const stop = Date.now() + 1000;
  while (!holds() && Date.now() < stop) await new Promise((resolve) => setTimeout(resolve, 1));
  check(holds(), what);
}

function held(script?: Script): ScriptedSource {
  const source = new ScriptedSource(bytes, script);
  source.hold();
  return source;
}

const signalCases: Readonly<Record<string, Case>> = {
  "the signal reaches the source": async (wrap) => {
    const inner = held();
    const controller = new AbortController();
    const reason = new Error("left");
    const read = begun(wrap(inner).read(near, { signal: controller.signal }));
    await until(() => inner.reads.length > 0, "the read never reached the source");
    controller.abort(reason);
    check((await failure(read, "an aborted read")) === reason, "an abort rejects with signal.reason itself");
    await until(() => inner.reads[0]!.signal?.aborted === true, "the source was never told that its only caller left");
  },
  "a read that was aborted before is not begun": async (wrap) => {
    const inner = new ScriptedSource(bytes);
    const reason = new Error("left");
    const read = wrap(inner).read(near, { signal: AbortSignal.abort(reason) });
    check((await failure(read, "an aborted read")) === reason, "an abort rejects with signal.reason itself");
    await new Promise((resolve) => setTimeout(resolve, 5));
    check(inner.reads.length === 0, "the source was asked for a read whose caller had left");
  },
  "one caller's abort spares its neighbour's merged read": async (wrap) => {
    const inner = held();
    const source = wrap(inner);
    const controller = new AbortController();
    const leaving = begun(source.read(near, { signal: controller.signal }));
    const staying = begun(source.read(nearby, { signal: new AbortController().signal }));
    const carefree = begun(source.read(nearby));
    await until(() => inner.reads.length > 0, "the reads never reached the source");
    controller.abort(new Error("left"));
    await failure(leaving, "the aborted read");
    inner.release();
    checkSame(await value(staying, "the neighbour's read"), nearby);
    checkSame(await value(carefree, "the read without a signal"), nearby);
  },
  "one caller's abort spares another who asked for the same": async (wrap) => {
    const inner = held();
    const source = wrap(inner);
    const controller = new AbortController();
    const leaving = begun(source.read(near, { signal: controller.signal }));
    await until(() => inner.reads.length > 0, "the read never reached the source");
    const joining = begun(source.read(near, { signal: new AbortController().signal }));
    controller.abort(new Error("left"));
    await failure(leaving, "the aborted read");
    inner.release();
    checkSame(await value(joining, "the other caller's read"), near);
  },
  "shared work stops when its last caller has left": async (wrap) => {
    const inner = held();
    const source = wrap(inner);
    const controllers = [new AbortController(), new AbortController()];
    const reads = controllers.map(({ signal }, at) => begun(source.read(at ? nearby : near, { signal })));
    await until(() => inner.reads.length > 0, "the reads never reached the source");
    for (const controller of controllers) controller.abort(new Error("left"));
    for (const read of reads) await failure(read, "an aborted read");
    await until(
      () => inner.reads.every(({ signal }) => signal?.aborted === true),
      "the source was left reading for nobody",
    );
  },
  "the priority reaches the source": async (wrap) => {
    const inner = new ScriptedSource(bytes);
    await value(wrap(inner).read(near, { priority: 1 }), "a read");
    check(inner.reads[0]?.priority === 1, "the priority of a call was lost");
  },
};

const refuse = () => new StorageError("refused by the script");

const failureCases: Readonly<Record<string, Case>> = {
  "a failed read is made again and never cached": async (wrap) => {
    let broken = true;
    const inner = new ScriptedSource(bytes, {
      before: () => {
        if (broken) throw refuse();
      },
    });
    const source = wrap(inner);
    const reason = await failure(source.read(near), "a read that the source refuses");
    check((reason as Error)?.message === "refused by the script", "the source's own error was lost");
    broken = false;
    checkSame(await value(source.read(near), "the second read"), near);
  },
  "one range's failure spares the others of its batch": async (wrap) => {
    const inner = new ScriptedSource(bytes, {
      before: ({ range }) => {
        if ("offset" in range && range.offset <= far.offset && range.offset + range.length > far.offset) throw refuse();
      },
    });
    const [first, second, third] = readRanges(wrap(inner), [near, far, nearby]).map(begun);
    const results = [await settle(first!, "a read"), await settle(second!, "a read"), await settle(third!, "a read")];
    check(results[1]!.status === "rejected", "a range that the source refuses must fail");
    for (const [at, range] of [
      [0, near],
      [2, nearby],
    ] as const) {
      const result = results[at]!;
      check(result.status === "fulfilled", "a range was refused because of another one, far away");
      checkSame(result.value, range);
    }
  },
  "bytes of two versions never pass for one": async (wrap) => {
    const later = patternBytes(bytes.length, 2);
    const inner = new ScriptedSource(bytes, {
      answer: (window, count) =>
        count === 1
          ? { ...window, etag: '"one"' }
          : { ...window, etag: '"two"', bytes: later.subarray(window.offset, window.offset + window.bytes.length) },
    });
    const source = wrap(inner);
    const first = await value(source.read(near), "the first read");
    check(same(first, near) && first.etag !== '"two"', "the first version's bytes were given another etag");
    for (const range of [far, { offset: 1000, length: 9000 }]) {
      const result = await settle(source.read(range), "a read of the second version");
      if (result.status === "rejected") continue;
      check(result.value.etag === '"two"' && same(result.value, range, later), "the versions were mixed");
    }
  },
};

const answerCases: Readonly<Record<string, Case>> = {
  "a size that the source does not tell stays unknown": async (wrap) => {
    const inner = new ScriptedSource(bytes, { answer: ({ bytes: read, offset }) => ({ bytes: read, offset }) });
    const window = await value(wrap(inner).read(near), "a read");
    checkSame(window, near);
    check(
      window.size === undefined || window.size === bytes.length,
      `the size was made up: ${window.size} is not the object's ${bytes.length}`,
    );
  },
  "what the source tells of the object arrives": async (wrap) => {
    const inner = new ScriptedSource(bytes, {
      answer: (window) => ({ ...window, etag: '"v"', lastModified: 1_000_000 }),
    });
    const source = wrap(inner);
    for (const window of [await value(source.read(near), "a read"), await value(source.read(near), "a read")]) {
      check(window.size === bytes.length, "the size was lost");
      check(window.etag === '"v"', "the etag was lost");
      check(window.lastModified === 1_000_000, "lastModified was lost");
    }
  },
  "a class with private fields survives": async (wrap) => {
    for (const inner of [new ScriptedSource(bytes), new PlanningScriptedSource(bytes)]) {
      const source = wrap(inner);
      check(source.id === inner.id, "a wrapper keeps the id");
      const windows = await Promise.all(readRanges(source, [far, near]).map((promise) => value(promise, "a read")));
      checkSame(windows[0]!, far);
      checkSame(windows[1]!, near);
    }
  },
  "close reaches the source, and twice is no fault": async (wrap) => {
    const inner = new ScriptedSource(bytes);
    const source = wrap(inner);
    await value(source.read(near), "a read");
    await value(Promise.resolve(source.close?.()), "close");
    await value(Promise.resolve(source.close?.()), "the second close");
    check(inner.closed > 0, "the source was never closed");
  },
};

/** The cases that hold for anything put round a byte source, over sources that the kit scripts itself. */
export function wrappedSourceCases(test: TestFunction, name: string, wrap: Wrap): void {
  for (const [title, run] of Object.entries({ ...signalCases, ...failureCases, ...answerCases }))
    test(`byte source wrapper ${name}: ${title}`, () => run(wrap));
}
