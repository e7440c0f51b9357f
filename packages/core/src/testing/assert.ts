import { isLazyNwbError } from "../errors/index.ts";

/** The caller's own test function: vitest's, node:test's, or anything that takes a name and an asynchronous body. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown;

/** What a contract kit throws where the implementation under test breaks the contract. */
export class ContractViolationError extends Error {
  override readonly name = "ContractViolationError";
}

export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ContractViolationError(message);
}

/** How a promise ended, whichever way; one that never does is named, where the runner's own limit lets it come to that. */
export async function settle<T>(promise: Promise<T>, what: string): Promise<PromiseSettledResult<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ContractViolationError(`${what} did not settle within 15 seconds`)), 15_000);
  });
  try {
    const [result] = await Promise.race([Promise.allSettled([promise]), stuck]);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** A promise that is looked at later: until then its rejection is nobody's. */
export function begun<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** The value of a promise that must be kept. */
export async function value<T>(promise: Promise<T>, what: string): Promise<T> {
  const result = await settle(promise, what);
  if (result.status === "fulfilled") return result.value;
  throw new ContractViolationError(`${what} failed: ${String(result.reason)}`, { cause: result.reason });
}

/** What a promise that must be broken was broken with. */
export async function failure(promise: Promise<unknown>, what: string): Promise<unknown> {
  const result = await settle(promise, what);
  check(result.status === "rejected", `${what} should fail, and gave a value`);
  return result.reason;
}

/** The same, for errors of ours with one of the given codes. */
export async function failureCode(promise: Promise<unknown>, codes: readonly string[], what: string): Promise<void> {
  const reason = await failure(promise, what);
  check(
    isLazyNwbError(reason, ...codes),
    `${what} should fail with ${codes.join(" or ") || "an error of LazyNwbError"}, not with ${String(reason)}`,
  );
}
