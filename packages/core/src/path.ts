/**
 * An absolute path inside a file: one leading `/`, none at the end, `.` and empty parts dropped. `..` is an ordinary name in
 * HDF5 and stays.
 *
 * @example normalizePath("units//spike_times/") // "/units/spike_times"
 */
export function normalizePath(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}

/** The path of a child. */
export function joinPath(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

/** The path of the group that holds `path`; "/" of "/". */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/** The last part of a path; "" of "/". */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
