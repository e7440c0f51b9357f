/** The files of the corpus that a question is about. */
export type Extent = "one" | "two" | "many";

export type Question = {
  /** As `--only` and scripts/reference.py know it. */
  readonly name: string;
  readonly title: string;
  readonly extent: Extent;
};

/** What is asked, in the order of the report. Each is asked in a process of its own. */
export const QUESTIONS: readonly Question[] = [
  { name: "paths", title: "paths of a file", extent: "one" },
  { name: "schema", title: "schema of /units", extent: "one" },
  { name: "trials", title: "all of trials", extent: "one" },
  { name: "scalars", title: "three scalar columns of /units", extent: "one" },
  { name: "filter", title: "spike times of the good units", extent: "one" },
  { name: "filter-two", title: "the same of two files", extent: "two" },
  { name: "spike-times", title: "all spike times", extent: "one" },
  { name: "units", title: "all columns of /units", extent: "one" },
  { name: "metadata-60", title: "metadata of 60 files", extent: "many" },
  { name: "trials-60", title: "trials of 60 files", extent: "many" },
  { name: "series", title: "1,000 samples of a series", extent: "one" },
];

const MANY = 60;

/** Paths below the corpus folder, with `/`. */
export function filesOf(extent: Extent): string[] {
  if (extent === "many") return Array.from({ length: MANY }, (_, i) => `many/s${String(i).padStart(3, "0")}.nwb`);
  return extent === "two" ? ["session_0.nwb", "session_1.nwb"] : ["session_0.nwb"];
}

/** All files that the questions need. */
export const CORPUS_FILES: readonly string[] = [...filesOf("two"), ...filesOf("many")];
