import { parseArgs } from "node:util";
import { QUESTIONS, type Question } from "./questions.ts";

export type BenchmarkOptions = {
  readonly questions: readonly Question[];
  readonly withReference: boolean;
  readonly jsonFile: string | undefined;
  readonly runs: number;
};

export const USAGE = `npm run bench -- [--only NAME]... [--ours] [--runs N] [--json FILE]
  --only NAME   one question; may be given more than once: ${QUESTIONS.map((question) => question.name).join(", ")}
  --ours        leave out the reference
  --runs N      runs of each question at each latency, 3 unless told; the one in the middle is reported
  --json FILE   write the numbers there too`;

/** @throws RangeError with one line on what is wrong with the command line. */
export function parseOptions(parameters: readonly string[]): BenchmarkOptions {
  const { values } = parseArgs({
    args: parameters.filter((parameter) => parameter !== "--"),
    options: {
      only: { type: "string", multiple: true, default: [] },
      ours: { type: "boolean", default: false },
      json: { type: "string" },
      runs: { type: "string", default: "3" },
    },
  });
  const unknown = values.only.find((name) => !QUESTIONS.some((question) => question.name === name));
  if (unknown !== undefined) throw new RangeError(`there is no question named ${unknown}`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new RangeError("--runs is a whole number from 1 up");
  const questions = values.only.length === 0 ? QUESTIONS : QUESTIONS.filter(({ name }) => values.only.includes(name));
  return { questions, withReference: !values.ours, jsonFile: values.json, runs };
}
