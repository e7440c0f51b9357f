/** Whether a name has characters that make it a pattern. */
export function isGlob(name: string): boolean {
  return /[*?]/.test(name);
}

/**
 * A pattern over absolute paths: `*` and `?` stay within one part, `**` crosses parts. All else is literal.
 *
 * @example globToRegExp("/intervals/*").test("/intervals/trials") // true
 */
export function globToRegExp(glob: string): RegExp {
  const pattern = glob.replace(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (found) => {
    if (found === "**/") return "(?:[^/]+/)*";
    if (found === "**") return ".*";
    if (found === "*") return "[^/]*";
    return found === "?" ? "[^/]" : `\\${found}`;
  });
  return new RegExp(`^${pattern}$`);
}

/** The part of a pattern before its first wildcard: the group to begin at, and how many levels below it can match. */
export function globScope(glob: string): { readonly from: string; readonly depth: number } {
  const parts = glob.split("/").slice(1);
  const first = parts.findIndex(isGlob);
  const from = `/${parts.slice(0, first).join("/")}`;
  return { from, depth: glob.includes("**") ? Number.POSITIVE_INFINITY : parts.length - first };
}
