import {
  type CallOptions,
  dtypeBytes,
  elementCount,
  FormatError,
  LimitError,
  type NdArray,
  type Selection,
} from "@lazynwb/core";
import type { VirtualDataset } from "../dataset.ts";
import { DEFAULT_MAX_RESULT_BYTES, decodeValues } from "../datatype/decode.ts";
import { datatypeToDType } from "../datatype/to-dtype.ts";
import type { FileBytes } from "../file-bytes.ts";
import { NO_HEAP } from "../global-heap.ts";
import { type SelectedAxes, selectAxes } from "../layout/selected-axes.ts";
import { assemble } from "./assemble.ts";
import { convertArray } from "./convert.ts";
import { readMappings } from "./mapping.ts";
import { type PiecePlan, planPiece } from "./plan-piece.ts";
import { type SourceMapping, sourceMappings } from "./source-mappings.ts";
import { checkBlocks, isUnlimited, positionsBelow, type SpacedAxes, spacedAxes } from "./spaced-axes.ts";

interface SourceArray {
  readonly dataset: { readonly shape: readonly number[] | null };
}

/** The datasets that a virtual one is made of. */
export interface VirtualSources<Found extends SourceArray> {
  /** null where there is no such file, or no such dataset in it. */
  find(file: string, dataset: string): Promise<Found | null>;
  read(requests: readonly { readonly array: Found; readonly selection: Selection }[]): readonly Promise<NdArray>[];
}

export interface VirtualLimits {
  readonly maxResultBytes?: number | undefined;
  /** Sources that one read may open. */
  readonly maxSources: number;
}

/**
 * Values of a virtual dataset. Where nothing is mapped, or a source is missing, they are the fill value.
 *
 * @throws what reading a source throws; FormatError where mappings contradict the datasets; UnsupportedError for scattered
 * mappings, for types that are not converted, and for sequences and references; LimitError as `maxResultBytes`.
 * @remarks I/O: the list of mappings, what finding the wanted sources costs, then all their values together.
 */
export async function readVirtual<Found extends SourceArray>(
  file: FileBytes,
  dataset: VirtualDataset,
  selection: Selection,
  sources: VirtualSources<Found>,
  limits: VirtualLimits,
  options?: CallOptions,
): Promise<NdArray> {
  const { datatype, shape } = dataset;
  const wanted = selectAxes(selection, shape ?? [0]);
  checkResult(dataset, wanted, limits);
  const element = dataset.fillValue ?? new Uint8Array(datatype.size);
  const fill = decodeValues({ datatype, bytes: element, shape: [1] }, NO_HEAP);
  if (dataset.layout.heap === null || elementCount(wanted.resultShape) === 0)
    return assemble(fill, wanted.resultShape, []);
  const stored = await readMappings(file, { heap: dataset.layout.heap, index: dataset.layout.index }, options);
  const mappings = stored.flatMap((mapping) => sourceMappings(mapping, wanted, limits.maxSources));
  const found = await Promise.all(mappings.map((mapping) => sources.find(mapping.file, mapping.dataset)));
  const plans: { readonly array: Found; readonly plan: PiecePlan }[] = [];
  mappings.forEach((mapping, at) => {
    const source = found[at];
    if (!source) return;
    const plan = planMapping(wanted, mapping, source.dataset.shape);
    if (plan !== null) plans.push({ array: source, plan });
  });
  const reads = sources.read(plans.map(({ array, plan }) => ({ array, selection: plan.selection })));
  const arrays = await Promise.all(reads);
  const pieces = arrays.map((array, at) => ({ array: convertArray(array, fill.dtype), runs: plans[at]!.plan.runs }));
  return assemble(fill, wanted.resultShape, pieces);
}

function checkResult({ path, datatype }: VirtualDataset, wanted: SelectedAxes, limits: VirtualLimits): void {
  const bytes = elementCount(wanted.resultShape) * dtypeBytes(datatypeToDType(datatype));
  const allowed = limits.maxResultBytes ?? DEFAULT_MAX_RESULT_BYTES;
  if (bytes <= allowed) return;
  throw new LimitError(
    `${path}: the selection has ${bytes} bytes; maxResultBytes allows ${allowed}; read it in parts`,
    {
      ...{ path, limit: "maxResultBytes", wanted: bytes, allowed },
    },
  );
}

function planMapping(
  wanted: SelectedAxes,
  { virtual, source: stored }: SourceMapping,
  sourceShape: readonly number[] | null,
): PiecePlan | null {
  const source = spacedAxes(stored, sourceShape ?? [0]);
  if (source === null || sourceShape === null) return null;
  if (source.length !== Math.max(1, sourceShape.length))
    throw new FormatError("a virtual dataset is mapped to a source of another rank", {
      expected: `${source.length} axes`,
      found: `${sourceShape.length}`,
    });
  checkBlocks(source);
  const [virtualLengths, sourceLengths] = matchLengths(wanted, virtual, source, sourceShape);
  const [mine, theirs] = [elementCount(virtualLengths), elementCount(sourceLengths)];
  if (mine !== theirs || !Number.isSafeInteger(mine))
    throw new FormatError("a virtual dataset and its source are mapped by different numbers of elements", {
      expected: `${mine} elements`,
      found: `${theirs}`,
    });
  return planPiece(wanted, virtual, virtualLengths, source, sourceLengths, sourceShape);
}

/** Selected positions along each axis. Where both sides have no end, they go as far as the shorter of the two extents. */
function matchLengths(
  wanted: SelectedAxes,
  virtual: SpacedAxes,
  source: SpacedAxes,
  sourceShape: readonly number[],
): [number[], number[]] {
  const endless = virtual.findIndex(isUnlimited);
  const endlessSource = source.findIndex(isUnlimited);
  if (endless < 0 !== endlessSource < 0)
    throw new FormatError("a mapping of a virtual dataset has an end on one side only");
  const lengths = virtual.map(({ count, block }) => count * block);
  const sourceLengths = source.map(({ count, block }) => count * block);
  if (endless >= 0) {
    const both = Math.min(
      positionsBelow(virtual[endless]!, wanted.shape[endless]!),
      positionsBelow(source[endlessSource]!, sourceShape[endlessSource] ?? 1),
    );
    lengths[endless] = both;
    sourceLengths[endlessSource] = both;
  }
  return [lengths, sourceLengths];
}
