import type { ByteCounters, Source } from "./byte-source.ts";
import type { CallOptions } from "./call-options.ts";
import type { DType } from "./dtype.ts";
import type { NdArray, Reference } from "./nd-array.ts";
import type { Selection } from "./selection.ts";

/** A name in a group. `kind` of the object and its `objectId` are there where they cost nothing. */
export type Link =
  | {
      readonly type: "hard";
      readonly name: string;
      readonly objectId?: string | undefined;
      readonly kind?: NodeKind | undefined;
    }
  | { readonly type: "soft"; readonly name: string; readonly target: string }
  | { readonly type: "external"; readonly name: string; readonly file: string; readonly target: string };

export type NodeKind = "group" | "array" | "datatype";

interface NodeBase {
  /** The path it was asked for under, absolute. */
  readonly path: string;
  /** Equal for two nodes of one hierarchy exactly where they are the same object. */
  readonly objectId: string;
  readonly attributes: Readonly<Record<string, NdArray>>;
}

export interface GroupNode extends NodeBase {
  readonly kind: "group";
}

export interface ArrayNode extends NodeBase {
  readonly kind: "array";
  readonly dtype: DType;
  /** [] is a scalar; null an array without any value (HDF5 null dataspace). */
  readonly shape: readonly number[] | null;
  readonly chunks?: readonly number[] | undefined;
  /** In the order in which they were applied on writing. */
  readonly filters?:
    | readonly { readonly name: string; readonly parameters?: readonly number[] | undefined }[]
    | undefined;
}

/** A named type that is no data. */
export interface DatatypeNode extends NodeBase {
  readonly kind: "datatype";
  readonly dtype: DType;
}

export type Node = GroupNode | ArrayNode | DatatypeNode;

export interface ReadRequest {
  readonly path: string;
  readonly selection: Selection;
}

/** Where the stored bytes of a request lie. */
export interface Extent {
  /** Byte offsets of the stored pieces, ascending. */
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
  /** Bytes after decoding. Text and lists: of their offsets and references only. */
  readonly decodedBytes: number;
  /** False where more bytes than these follow from the data itself (text, lists). */
  readonly exact: boolean;
}

/** An opened file or store: groups, arrays and attributes under paths. `list`, `describe`, `read` and `close` are enough. */
export interface Hierarchy {
  /** `"hdf5"`, `"zarr2"`, `"zarr3"`, ... */
  readonly format: string;
  /**
   * The links of a group, in its own order.
   *
   * @throws NotFoundError where there is no such group.
   */
  list(path: string, options?: CallOptions): Promise<readonly Link[]>;
  /**
   * Groups and arrays, links followed, planned together. null where a path leads nowhere. One that cannot be understood rejects
   * the call only where it was the only one asked for; else it is null too and `options.onFailure` tells why.
   */
  describe(paths: readonly string[], options?: DescribeOptions): Promise<readonly (Node | null)[]>;
  /** Values of several arrays, planned together; each settles alone, in the order of `requests`. */
  read(requests: readonly ReadRequest[], options?: CallOptions): readonly Promise<NdArray>[];
  /** Where the bytes of requests lie; reads chunk indexes only. A later `read` of the same arrays finds them known. */
  locate?(requests: readonly ReadRequest[], options?: CallOptions): Promise<readonly Extent[]>;
  /** Canonical paths of what references mean, in one shared walk; null where nothing has that identity. */
  resolve?(references: readonly Reference[], options?: CallOptions): Promise<readonly (string | null)[]>;
  /** What was learnt of the file, for `Backend.open` to begin with another time. */
  exportIndex?(): Promise<Uint8Array>;
  /** What was spent so far, where the backend knows. */
  counters?(): ByteCounters;
  close(): Promise<void>;
}

export interface DescribeOptions extends CallOptions {
  readonly onFailure?: ((path: string, error: unknown) => void) | undefined;
}

export interface OpenOptions extends CallOptions {
  /** What `exportIndex` gave for the same object. */
  readonly index?: Uint8Array | undefined;
  /** Bytes to read at once from the head and from the tail of the object; scans of many files ask for less of each. */
  readonly headBytes?: number | undefined;
  readonly tailBytes?: number | undefined;
}

/** A format. Several are asked together over shared first reads. */
export interface Backend {
  readonly name: string;
  /** null: not mine. Throws where it is, but damaged. */
  open(source: Source, options?: OpenOptions): Promise<Hierarchy | null>;
}

/** A place for parsed indexes, keyed by source identity. storage implements it, the facade wires it. */
export interface IndexCache {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
}
