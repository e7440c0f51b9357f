/** Parsed index nodes kept per file. A table of 100 000 chunks takes 3 MiB; datasets with more are rare. Units: bytes. */
const MAX_CACHE_BYTES = 16 * 1024 * 1024;

interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

/** Parsed nodes of chunk indexes, so that `locate` and the reads after it walk an index only once. The oldest leave first. */
export class NodeCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes = MAX_CACHE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: unknown, bytes: number): void {
    this.#bytes += bytes - (this.#entries.get(key)?.bytes ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, { value, bytes });
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }
}

/** A parsed node of one kind, by its address. Each kind of node has its own, so that none is taken for another. */
export class NodeKind<Node> {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get({ cache, objectId }: { cache: NodeCache; objectId: string }, address: number): Node | undefined {
    return cache.get(`${objectId} ${this.#name} ${address}`) as Node | undefined;
  }

  set({ cache, objectId }: { cache: NodeCache; objectId: string }, address: number, node: Node, bytes: number): Node {
    cache.set(`${objectId} ${this.#name} ${address}`, node, bytes + 200);
    return node;
  }
}
