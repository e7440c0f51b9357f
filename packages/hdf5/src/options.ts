import type { OpenOptions, Source } from "@lazynwb/core";
import type { Codec } from "./filter-pipeline/codec.ts";

/**
 * Bytes read at once from the head of a file. The headers of small and of cloud-optimised files lie there. Measured over
 * pynwb 4.2 files of 23 to 37 MB: 64 KiB hold the first 3 to 7 of some 110 metadata reads.
 */
export const DEFAULT_HEAD_BYTES: number = 64 * 1024;

/**
 * Bytes read at once from the tail of a file. pynwb writes tables last: their headers lie in the last 2.5 % of a large file.
 * Measured on pynwb 4.2 files of 44 MB with 36 unit columns, for all their types and attributes: 256 KiB 4 rounds, 13
 * requests and 0.67 MB; 512 KiB 3 rounds, 8 requests and 0.70 MB; 1 MiB the same rounds for 1.23 MB.
 */
export const DEFAULT_TAIL_BYTES: number = 512 * 1024;

/**
 * Bytes read from where a structure begins, and as many before it: what belongs to it was mostly written next to it.
 * Measured on pynwb 4.2 files of 44 MB, all 162 objects with their attributes, level by level: 4 KiB on either side 13
 * rounds, 29 requests and 1.0 MB; 16 KiB 9, 18 and 1.1 MB; 32 KiB 8, 17 and 1.4 MB; 16 KiB behind alone 13, 33 and 1.0 MB.
 */
export const DEFAULT_OVER_READ_BYTES: number = 16 * 1024;

/** Two wanted ranges that lie closer than this are one request: at 50 ms and 10 MB/s a trip is worth 500 KB. */
export const DEFAULT_MAX_GAP_BYTES: number = 64 * 1024;

/** Joining ranges makes no request for metadata larger than this. */
export const DEFAULT_MAX_REQUEST_BYTES: number = 8 * 1024 * 1024;

/** Bytes of file windows that one open file keeps. */
export const DEFAULT_CACHE_BYTES: number = 32 * 1024 * 1024;

/** About the memory that parsed headers, groups and attributes of one open file may hold. Bytes. */
export const DEFAULT_PARSED_BYTES: number = 32 * 1024 * 1024;

/** The largest single structure: a name heap of a group of a million links has 20 MB. Bytes. */
export const DEFAULT_MAX_STRUCTURE_BYTES: number = 64 * 1024 * 1024;

/** Files that the links and virtual datasets of one file may lead to: each takes memory for what is read of it. */
export const DEFAULT_MAX_LINKED_FILES: number = 1000;

/** What may be set for all files that a backend opens. Units: bytes. */
export interface Hdf5Options {
  /** Bytes read from where a structure begins, and before it. Default: `DEFAULT_OVER_READ_BYTES`, half of the head where that is less. */
  readonly overReadBytes?: number | undefined;
  /** File windows kept for each file. Default `DEFAULT_CACHE_BYTES`. */
  readonly cacheBytes?: number | undefined;
  /** Parsed structures kept for each file. Default `DEFAULT_PARSED_BYTES`. */
  readonly parsedBytes?: number | undefined;
  /** LimitError for a larger single structure. Default `DEFAULT_MAX_STRUCTURE_BYTES`. */
  readonly maxStructureBytes?: number | undefined;
  /** Codecs beside our own; one with the id of ours takes its place. */
  readonly codecs?: readonly Codec[] | undefined;
  /** A larger result of one read is a LimitError before anything is allocated. Default `DEFAULT_MAX_RESULT_BYTES`. */
  readonly maxResultBytes?: number | undefined;
  /** A compressed chunk that decodes to more is a LimitError. Default `DEFAULT_MAX_CHUNK_BYTES`. */
  readonly maxChunkBytes?: number | undefined;
  /** More files behind links are a LimitError. Default `DEFAULT_MAX_LINKED_FILES`. */
  readonly maxLinkedFiles?: number | undefined;
  /**
   * Opens files that links name outside of the folder of their file, and where the folder is not known. By default such links
   * are refused. undefined refuses too.
   *
   * @param name - As the link has it. It comes out of the file: trust it no more than that.
   * @param from - The id of the file that holds the link.
   */
  readonly openLinked?: ((name: string, from: string) => Source | undefined) | undefined;
}

/** Options of `openHdf5`: of the backend, and of this one call. */
export interface OpenHdf5Options extends Hdf5Options, OpenOptions {}
