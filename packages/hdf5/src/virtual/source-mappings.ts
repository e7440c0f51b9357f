import { FormatError, LimitError } from "@lazynwb/core";
import type { StoredSelection } from "../datatype/stored-selection.ts";
import type { SelectedAxes } from "../layout/selected-axes.ts";
import type { VirtualMapping } from "./mapping.ts";
import { checkBlocks, isUnlimited, type SpacedAxes, spacedAxes } from "./spaced-axes.ts";

/** A mapping to one dataset, by its name. */
export interface SourceMapping {
  readonly file: string;
  readonly dataset: string;
  readonly virtual: SpacedAxes;
  readonly source: StoredSelection;
}

/**
 * The datasets behind a mapping that hold something wanted: one, or one for each block where the name has a number in it. Pure.
 *
 * @throws FormatError where the mapping does not fit the dataset, LimitError where more than `maxSources` are wanted.
 */
export function sourceMappings(mapping: VirtualMapping, wanted: SelectedAxes, maxSources: number): SourceMapping[] {
  const virtual = spacedAxes(mapping.virtual, wanted.shape);
  if (virtual === null) return [];
  if (virtual.length !== wanted.shape.length)
    throw new FormatError("a mapping of a virtual dataset has another rank", {
      expected: `${wanted.shape.length} axes`,
      found: `${virtual.length}`,
    });
  checkBlocks(virtual);
  const { source } = mapping;
  const named = (number: number) => ({
    file: nameOf(mapping.file, number),
    dataset: nameOf(mapping.dataset, number),
  });
  const axis = virtual.findIndex(isUnlimited);
  const isNumbered = [mapping.file, mapping.dataset].some((name) => /%b/.test(name.replaceAll("%%", "")));
  if (axis < 0 || !isNumbered) return touches(wanted, virtual) ? [{ ...named(0), virtual, source }] : [];
  const blocks = virtual[axis]!;
  if (blocks.block === Number.POSITIVE_INFINITY)
    throw new FormatError("the blocks of a mapping to numbered files have no end");
  const found: SourceMapping[] = [];
  for (let number = 0; blocks.start + number * blocks.stride < wanted.shape[axis]!; number++) {
    const one = { start: blocks.start + number * blocks.stride, stride: 1, count: 1, block: blocks.block };
    const part = virtual.with(axis, one);
    if (!touches(wanted, part)) continue;
    if (found.length >= maxSources)
      throw new LimitError(`a virtual dataset is made of more than the ${maxSources} sources that one read may open`, {
        limit: "maxLinkedFiles",
        wanted: found.length + 1,
        allowed: maxSources,
      });
    found.push({ ...named(number), virtual: part, source });
  }
  return found;
}

/** `%b` is the number of the block, `%%` a percent sign. */
function nameOf(name: string, number: number): string {
  return name.replace(/%[%b]/g, (mark) => (mark === "%b" ? `${number}` : "%"));
}

/** Whether what is wanted may reach between the first and the last element of each axis. */
function touches(wanted: SelectedAxes, virtual: SpacedAxes): boolean {
  return virtual.every(({ start, stride, count, block }, axis) => {
    const stop = start + (count === 1 ? 0 : (count - 1) * stride) + block;
    if (axis > 0) {
      const { start: first, step, count: many } = wanted.trailing[axis - 1]!;
      return many > 0 && first < stop && first + (many - 1) * step >= start;
    }
    const { rows } = wanted;
    for (let at = 0; at < rows.length; at += 2) if (rows[at]! < stop && rows[at + 1]! > start) return true;
    return false;
  });
}
