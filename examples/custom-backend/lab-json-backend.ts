/**
 * A backend of your own: tables in JSON documents such as a laboratory might keep, seen by lazynwb as any NWB file.
 *
 *   { "units": { "quality": ["good", "mua"], "snr": [3.1, 0.4], "spike_times": [[0.1, 0.2], []] } }
 *
 * A Hierarchy needs four methods. What is listed and described here is what NWB says a table is: a group whose attribute
 * `colnames` names its columns, and for a column of lists a second array, `<name>_index`, with the end of each row.
 */
import {
  type ArrayNode,
  type Backend,
  FormatError,
  type Hierarchy,
  joinPath,
  type Link,
  type NdArray,
  type Node,
  NotFoundError,
  selectArray,
  textArray,
} from "@lazynwb/core";

type Cell = string | number | readonly number[];
type LabTable = Readonly<Record<string, readonly Cell[]>>;

const EXTENSION = ".lab.json";

function numbers(values: readonly number[]): NdArray {
  return {
    dtype: { kind: "float", bits: 64 },
    shape: [values.length],
    data: { kind: "fixed", values: Float64Array.from(values) },
  };
}

function ends(lists: readonly (readonly number[])[]): NdArray {
  let end = 0;
  const values = Uint32Array.from(lists, (list) => (end += list.length));
  return { dtype: { kind: "int", bits: 32, signed: false }, shape: [values.length], data: { kind: "fixed", values } };
}

/** The arrays of a table under their names, ragged columns as two. */
function arraysOf(table: LabTable): Map<string, NdArray> {
  const arrays = new Map<string, NdArray>();
  for (const [name, cells] of Object.entries(table)) {
    if (cells.every((cell) => typeof cell === "string")) arrays.set(name, textArray(cells));
    else if (cells.every((cell) => typeof cell === "number")) arrays.set(name, numbers(cells));
    else if (cells.every((cell) => Array.isArray(cell))) {
      const lists = cells as readonly (readonly number[])[];
      arrays.set(name, numbers(lists.flat()));
      arrays.set(`${name}_index`, ends(lists));
    } else throw new FormatError(`column ${name} mixes kinds of values`);
  }
  return arrays;
}

function hierarchyOf(tables: ReadonlyMap<string, LabTable>): Hierarchy {
  const arrays = new Map<string, NdArray>();
  const children = new Map<string, string[]>([["/", [...tables.keys()].sort()]]);
  for (const [name, table] of tables) {
    const found = arraysOf(table);
    children.set(`/${name}`, [...found.keys()].sort());
    for (const [column, array] of found) arrays.set(`/${name}/${column}`, array);
  }
  const describe = (path: string): Node | null => {
    const array = arrays.get(path);
    if (array !== undefined) {
      const isIndex = path.endsWith("_index") && arrays.has(path.slice(0, -"_index".length));
      const attributes = { neurodata_type: textArray([isIndex ? "VectorIndex" : "VectorData"], []) };
      return {
        kind: "array",
        path,
        objectId: path,
        attributes,
        dtype: array.dtype,
        shape: array.shape,
      } satisfies ArrayNode;
    }
    const table = tables.get(path.slice(1));
    if (table === undefined) return path === "/" ? { kind: "group", path, objectId: path, attributes: {} } : null;
    const attributes = { neurodata_type: textArray(["DynamicTable"], []), colnames: textArray(Object.keys(table)) };
    return { kind: "group", path, objectId: path, attributes };
  };
  return {
    format: "lab-json",
    async list(path, options): Promise<readonly Link[]> {
      options?.signal?.throwIfAborted();
      const names = children.get(path);
      if (names === undefined) throw new NotFoundError(`there is no group ${path}`, { path });
      return names.map((name) => ({
        type: "hard",
        name,
        objectId: joinPath(path, name),
        kind: path === "/" ? "group" : "array",
      }));
    },
    async describe(paths, options) {
      options?.signal?.throwIfAborted();
      return paths.map(describe);
    },
    read: (requests, options) =>
      requests.map(async ({ path, selection }) => {
        options?.signal?.throwIfAborted();
        const array = arrays.get(path);
        if (array === undefined) throw new NotFoundError(`there is no array ${path}`, { path });
        return selectArray(array, selection);
      }),
    close: async () => {},
  };
}

/** Opens `*.lab.json`; anything else is left to the other backends. I/O: one read of the whole document. */
export function labJsonBackend(): Backend {
  return {
    name: "lab-json",
    async open(source, options) {
      if (source.bytes === undefined || !source.id.endsWith(EXTENSION)) return null;
      const { bytes } = await source.bytes.read({ offset: 0, length: 2 ** 24 }, { signal: options?.signal });
      const document = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, LabTable>;
      return hierarchyOf(new Map(Object.entries(document)));
    },
  };
}
