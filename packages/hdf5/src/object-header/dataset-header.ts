import { type CallOptions, elementCount } from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import type { Dataset, Layout, VirtualLayout } from "../dataset.ts";
import type { Datatype } from "../datatype/datatype.ts";
import { parseDatatype } from "../datatype/parse.ts";
import { type ExternalLayout, parseExternalFiles } from "../external-storage.ts";
import type { FileBytes } from "../file-bytes.ts";
import { cursorAt } from "../read-structure.ts";
import { type Dataspace, parseDataspace } from "./messages/dataspace.ts";
import { parseFillValue, parseOldFillValue } from "./messages/fill-value.ts";
import { parseFilterPipeline } from "./messages/filter-pipeline.ts";
import { parseLayout, type StoredLayout } from "./messages/layout.ts";
import { type HeaderMessage, MESSAGE, messageOf, type ObjectHeader } from "./object-header.ts";

/** What the header of a dataset says, whatever path it was reached by. */
export interface DatasetHeader extends Omit<Dataset, "path" | "objectId" | "layout"> {
  readonly layout: Layout | VirtualLayout | ExternalLayout;
}

/** Where the bodies of messages are had from. */
interface MessageReader {
  readonly bytes: FileBytes;
  message(message: HeaderMessage, what: string, options?: CallOptions): Promise<Cursor>;
}

/**
 * Parses the messages of a dataset and holds them against each other.
 *
 * @throws FormatError where type, extent and layout contradict each other.
 * @remarks I/O: none, unless messages are shared.
 */
export async function parseDatasetHeader(
  reader: MessageReader,
  header: ObjectHeader,
  options: CallOptions,
): Promise<DatasetHeader> {
  const bodyOf = (type: number, what: string): Promise<Cursor | null> => {
    const message = messageOf(header, type);
    return message === undefined ? Promise.resolve(null) : reader.message(message, what, options);
  };
  const { bytes: file } = reader;
  const [type, space, layoutBody, pipeline, fill, oldFill, external] = await Promise.all([
    bodyOf(MESSAGE.datatype, "datatype message"),
    bodyOf(MESSAGE.dataspace, "dataspace message"),
    bodyOf(MESSAGE.layout, "layout message"),
    bodyOf(MESSAGE.filterPipeline, "filter pipeline message"),
    bodyOf(MESSAGE.fillValue, "fill value message"),
    bodyOf(MESSAGE.oldFillValue, "old fill value message"),
    bodyOf(MESSAGE.externalFiles, "external files message"),
  ]);
  const here = cursorAt(file, header.address, new Uint8Array(0), "object header of a dataset");
  if (type === null || space === null || layoutBody === null)
    return here.fail("a dataset lacks its datatype, dataspace or layout");
  const datatype = parseDatatype(type);
  const dataspace = parseDataspace(space, file.lengthBytes);
  const stored = parseLayout(layoutBody, file);
  return {
    datatype,
    ...dataspace,
    layout:
      external === null
        ? layoutOf(stored, datatype, dataspace, layoutBody)
        : parseExternalFiles(external, file.offsetBytes, file.lengthBytes),
    filters: pipeline === null ? [] : parseFilterPipeline(pipeline),
    fillValue: fillOf(fill, oldFill, datatype),
  };
}

/** The newer message wins over the older one, which writers keep beside it. */
function fillOf(fill: Cursor | null, oldFill: Cursor | null, datatype: Datatype): Uint8Array | null {
  const value = fill !== null ? parseFillValue(fill) : oldFill !== null ? parseOldFillValue(oldFill) : null;
  if (value !== null && value.length !== datatype.size)
    (fill ?? oldFill)?.fail("the fill value is no element of the dataset", {
      expected: `${datatype.size} bytes`,
      found: `${value.length}`,
    });
  return value;
}

/** Above this a chunk's size does not fit the four bytes that versions 1 to 4 have for it. */
const MAX_CHUNK_BYTES = 2 ** 32 - 1;

function layoutOf(
  stored: StoredLayout,
  datatype: Datatype,
  { shape }: Dataspace,
  message: Cursor,
): DatasetHeader["layout"] {
  switch (stored.kind) {
    case "compact":
    case "virtual":
      return stored;
    case "contiguous":
      return { ...stored, size: stored.size ?? (shape === null ? 0 : elementCount(shape) * datatype.size) };
    case "chunked": {
      const { elementBytes, ...layout } = stored;
      const { chunkShape, version } = layout;
      if (elementBytes !== datatype.size)
        message.fail("chunks are of elements of another size", {
          expected: `${datatype.size} bytes`,
          found: `${elementBytes}`,
        });
      if (shape !== null && chunkShape.length !== shape.length)
        message.fail("chunks have other axes than the dataset", {
          expected: `${shape.length}`,
          found: `${chunkShape.length}`,
        });
      const chunkBytes = elementCount(chunkShape) * elementBytes;
      if (!(chunkBytes > 0 && chunkBytes <= (version < 5 ? MAX_CHUNK_BYTES : Number.MAX_SAFE_INTEGER)))
        message.fail("chunks are of an impossible size", { found: `${chunkShape.join(" x ")} elements` });
      return layout;
    }
    default:
      return stored satisfies never;
  }
}
