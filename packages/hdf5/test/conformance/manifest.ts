import type { Digest, TypeTree } from "./canonical.ts";

/** A value in a manifest: its extent, type and digest. */
export interface ManifestValue extends Digest {
  readonly space: "scalar" | "simple" | "null";
  readonly shape: readonly number[] | null;
  readonly type: TypeTree;
}

/** A part of a dataset: blocks of one element, evenly spaced. */
export interface ManifestSlab extends Digest {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly stride: readonly number[];
}

/** An object in a manifest, of any kind; what a kind lacks is absent. */
export interface ManifestObject {
  readonly kind: "group" | "dataset" | "datatype" | "hard" | "soft" | "external";
  readonly n?: number;
  readonly names_sha256?: string;
  readonly sampled?: boolean;
  readonly same_as?: string;
  readonly target?: string;
  readonly resolves?: string | null;
  readonly file?: string;
  readonly space?: "scalar" | "simple" | "null";
  readonly shape?: readonly number[] | null;
  readonly maxshape?: readonly (number | null)[];
  readonly type?: TypeTree;
  readonly layout?: string;
  readonly chunks?: readonly number[];
  readonly index?: string;
  readonly addr?: number | null;
  readonly external?: readonly unknown[];
  readonly filters?: readonly { id: number; flags: number; cd: readonly number[]; name: string }[];
  readonly fill?: unknown;
  readonly attrs?: Readonly<Record<string, ManifestValue>>;
  readonly data?: Digest | null;
  readonly slabs?: readonly ManifestSlab[];
}

/** What a manifest says of one file. Units: bytes. */
export interface ManifestFile {
  readonly bytes: number;
  readonly superblock: number;
  readonly userblock: number;
  readonly sizes: readonly [number, number];
  readonly objects: Readonly<Record<string, ManifestObject>>;
}
