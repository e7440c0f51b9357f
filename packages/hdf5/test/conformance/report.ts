import { isDeepStrictEqual } from "node:util";
import { isLazyNwbError } from "@lazynwb/core";

/** One thing of one object that is not as the manifest says. */
export interface Failure {
  readonly path: string;
  readonly reason: string;
}

const MAX_SHOWN = 200;

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}` : part)) ?? `${value}`;
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

/** What checking a file found. */
export class FileReport {
  readonly failures: Failure[] = [];
  /** Digests, and objects, that could not be had, by the feature that the reader says it lacks. */
  readonly unsupported = new Map<string, string[]>();
  equalDigests = 0;
  digests = 0;

  fail(path: string, reason: string): void {
    this.failures.push({ path, reason });
  }

  /** @returns whether they are equal, down to the last member. */
  compare(path: string, what: string, found: unknown, expected: unknown): boolean {
    if (isDeepStrictEqual(found, expected)) return true;
    this.fail(path, `${what} is ${shown(found)}, not ${shown(expected)}`);
    return false;
  }

  /** Counts a digest. */
  digest(path: string, what: string, found: object, { form, n, bytes, sha256 }: DigestFields): void {
    this.digests++;
    if (this.compare(path, what, found, { form, n, bytes, sha256 })) this.equalDigests++;
  }

  /** Counts digests that could not be made. */
  refused(path: string, what: string, error: unknown, digests: number): void {
    this.digests += digests;
    if (!isLazyNwbError(error, "UNSUPPORTED")) {
      this.fail(path, `${what}: ${error}`);
      return;
    }
    const { feature } = error as typeof error & { readonly feature: string };
    const paths = this.unsupported.get(feature) ?? [];
    this.unsupported.set(feature, paths);
    if (!paths.includes(path)) paths.push(path);
  }
}

interface DigestFields {
  readonly form: string;
  readonly n: number;
  readonly bytes: number;
  readonly sha256: string;
}
