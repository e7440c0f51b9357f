import { type Asker, askOnce } from "./ask.ts";
import type { FarServer } from "./far-server.ts";
import { fastest, medianRun, type Outcome, type Run, slopeOf } from "./measurement.ts";
import type { Question } from "./questions.ts";

/** Latencies between which the slope is taken, milliseconds; the first is the one that the table reports. */
export const LATENCY_MS = { near: 40, far: 140 } as const;
/** A new connection costs one round trip more. */
const CONNECT_MS = { near: 40, far: 140 } as const;

/** Asks a question several times near and as often far away; a failure is an outcome too, the other questions go on. */
export async function measureQuestion(
  asker: Asker,
  question: Question,
  server: FarServer,
  runs: number,
): Promise<Outcome> {
  try {
    const at = async (distance: "near" | "far"): Promise<Run[]> => {
      await server.set({ latency: LATENCY_MS[distance], connect: CONNECT_MS[distance] });
      const found: Run[] = [];
      for (let i = 0; i < runs; i++) found.push(await askOnce(asker, question, server));
      return found;
    };
    const near = await at("near");
    const far = await at("far");
    return { measurement: { ...medianRun(near), slope: slopeOf(fastest(near), fastest(far), LATENCY_MS) } };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
