import {
  type Backend,
  EmptyFileError,
  type Hierarchy,
  NotNwbError,
  type OpenOptions,
  type Source,
  throwIfAborted,
} from "@lazynwb/core";
import { describeFirstBytes } from "./first-bytes.ts";

/** Enough to tell an HTML page by its title. */
const LOOKED_AT_BYTES = 1024;

/**
 * Opens a source with the backend whose format it is. All are asked at once, so that they share their first reads; of several
 * that would take it, the first in the list does.
 *
 * @throws NotNwbError where none knows the bytes, telling what they look like; EmptyFileError where there are none; what a
 * backend throws where the format is its own but damaged.
 */
export async function openSource(
  source: Source,
  backends: readonly Backend[],
  options: OpenOptions = {},
): Promise<Hierarchy> {
  const answers = backends.map((backend) => backend.open(source, options));
  for (const answer of answers) answer.catch(() => undefined);
  let failure: { readonly error: unknown } | undefined;
  for (const [at, answer] of answers.entries()) {
    try {
      const hierarchy = await answer;
      if (hierarchy === null) continue;
      for (const other of answers.slice(at + 1)) other.then((unused) => unused?.close()).catch(() => undefined);
      return hierarchy;
    } catch (error) {
      throwIfAborted(options);
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  throw await unrecognised(source, backends, options);
}

/** Why no backend took a source. */
async function unrecognised(source: Source, backends: readonly Backend[], options: OpenOptions): Promise<Error> {
  const known = backends.map((backend) => backend.name).join(", ");
  if (source.bytes === undefined)
    return new NotNwbError(`${source.id} is a folder, but no Zarr store; name the files in it`, { source: source.id });
  const { bytes } = await source.bytes.read({ offset: 0, length: LOOKED_AT_BYTES }, options);
  if (bytes.length === 0)
    return new EmptyFileError(`${source.id} is empty: 0 bytes; was its download or copy completed?`, {
      source: source.id,
    });
  const found = describeFirstBytes(bytes);
  return new NotNwbError(`${source.id} is no NWB file (known formats: ${known}): it is ${found}`, {
    source: source.id,
    offset: 0,
    expected: known,
    found,
  });
}
