import { type ByteWindow, SourceChangedError } from "@lazynwb/core";

/** What tells one version of an object from another. */
export type Identity = Pick<ByteWindow, "size" | "etag" | "lastModified">;

function strong(etag: string): string {
  return etag.startsWith("W/") ? etag.slice(2) : etag;
}

/** In what respect two answers are of different versions; undefined where nothing tells them apart. */
export function identityChange(known: Identity, now: Identity): string | undefined {
  const tagged = known.etag !== undefined && now.etag !== undefined;
  if (tagged && strong(known.etag!) !== strong(now.etag!)) return `its ETag was ${known.etag} and is ${now.etag}`;
  if (known.size !== undefined && now.size !== undefined && known.size !== now.size)
    return `it had ${known.size} bytes and has ${now.size}`;
  // Two servers of one object may date it differently; where they agree on its ETag, that decides.
  const dated = !tagged && known.lastModified !== undefined && now.lastModified !== undefined;
  if (dated && known.lastModified !== now.lastModified)
    return `it was modified ${new Date(known.lastModified!).toISOString()} and ${new Date(now.lastModified!).toISOString()}`;
  return undefined;
}

/** What is known of the version being read; grows with each answer, and refuses one of another version. */
export class KnownIdentity {
  readonly #id: string;
  #known: Identity = {};

  constructor(id: string) {
    this.#id = id;
  }

  get size(): number | undefined {
    return this.#known.size;
  }

  get etag(): string | undefined {
    return this.#known.etag;
  }

  get lastModified(): number | undefined {
    return this.#known.lastModified;
  }

  /** @throws SourceChangedError */
  accept(now: Identity): void {
    const change = identityChange(this.#known, now);
    if (change !== undefined)
      throw new SourceChangedError(`${this.#id} was replaced while it was read: ${change}. Open it again.`, {
        source: this.#id,
      });
    const known = this.#known;
    if (
      (known.size === undefined && now.size !== undefined) ||
      (known.etag === undefined && now.etag !== undefined) ||
      (known.lastModified === undefined && now.lastModified !== undefined)
    )
      this.#known = {
        size: known.size ?? now.size,
        etag: known.etag ?? now.etag,
        lastModified: known.lastModified ?? now.lastModified,
      };
  }

  /** What is known, to be spread into a window. */
  get facts(): Identity {
    return this.#known;
  }
}
