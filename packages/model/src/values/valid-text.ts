import { type NdArray, stringsOf, textArray, type Values } from "@lazynwb/core";

const strict = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether each text is UTF-8 for itself. */
function areUtf8({ offsets, bytes }: Extract<Values, { kind: "text" }>): boolean {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = offsets[row + 1]!;
    for (let at = offsets[row]!; at < end; at++)
      if (bytes[at]! >= 0x80) {
        if (!isUtf8(bytes.subarray(offsets[row]!, end))) return false;
        break;
      }
  }
  return true;
}

/**
 * Texts that readers of Arrow can take in, which demand UTF-8: files also hold Latin-1 and cut-off characters, and what is no
 * UTF-8 in them becomes U+FFFD. I/O: none. Copies: only where there is such.
 *
 * @param array - any values; texts in lists and compounds count.
 * @param onReplaced - called where something was replaced.
 */
export function withValidText(array: NdArray, onReplaced: () => void = () => {}): NdArray {
  const { data } = array;
  if (data.kind === "list") {
    const values = withValidText(data.values, onReplaced);
    return values === data.values ? array : { ...array, data: { ...data, values } };
  }
  if (data.kind === "struct") {
    const stored = Object.entries(data.fields);
    const fields = stored.map(([name, field]) => [name, withValidText(field, onReplaced)] as const);
    if (fields.every(([, field], at) => field === stored[at]![1])) return array;
    return { ...array, data: { kind: "struct", fields: Object.fromEntries(fields) } };
  }
  if (data.kind !== "text" || areUtf8(data)) return array;
  onReplaced();
  return { ...array, data: textArray(stringsOf(array)).data };
}
