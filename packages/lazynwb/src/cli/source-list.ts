import { UsageError } from "./usage-error.ts";

/** The sources of a command line, `-` replaced by the lines of stdin. */
export async function sourcesOf(
  written: readonly string[],
  stdin: AsyncIterable<string | Uint8Array>,
  command: string,
): Promise<string[]> {
  if (!written.includes("-")) return [...written];
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdin) text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  const listed = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const sources = written.flatMap((source) => (source === "-" ? listed : [source]));
  if (sources.length === 0) throw new UsageError("stdin lists no source", command);
  return sources;
}
