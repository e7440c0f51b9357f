import type { Hierarchy, NodeKind } from "../hierarchy.ts";
import type { TestFunction } from "./assert.ts";
import { optionalCases } from "./hierarchy-optional-cases.ts";
import { abortCases, readCases } from "./hierarchy-read-cases.ts";
import { describeCases, listCases } from "./hierarchy-structure-cases.ts";
import type { ExpectedValue } from "./plain-values.ts";

/** What is known of an object of the hierarchy under test. What is left out is not checked. */
export interface ExpectedNode {
  readonly kind: NodeKind;
  /** As `dtypeName` names it, such as `int64` or `list<float64>`. */
  readonly dtype?: string | undefined;
  readonly shape?: readonly number[] | null | undefined;
  readonly values?: ExpectedValue | undefined;
  /** All of them. */
  readonly attributes?: Readonly<Record<string, ExpectedValue>> | undefined;
  /** All of them, by name. */
  readonly links?: Readonly<Record<string, ExpectedLink>> | undefined;
  /** Another path of the same object. */
  readonly sameObjectAs?: string | undefined;
}

export type ExpectedLink =
  | "hard"
  | { readonly type: "soft"; readonly target: string }
  | { readonly type: "external"; readonly file: string; readonly target: string };

export interface HierarchyContract {
  /** The test function of your runner. */
  readonly test: TestFunction;
  /** Opens the hierarchy anew. */
  readonly make: () => Hierarchy | Promise<Hierarchy>;
  /** What it holds, by path; null for a path that leads nowhere. At least one array with values of two or more rows. */
  readonly expected: Readonly<Record<string, ExpectedNode | null>>;
}

/**
 * Proves that a hierarchy keeps its contract, by a description of what it holds. A case about an optional method that is absent says
 * nothing.
 *
 * @example
 * hierarchyContract({
 *   test,
 *   make: () => openMyFormat("sample.bin"),
 *   expected: { "/": { kind: "group", links: { x: "hard" } }, "/x": { kind: "array", dtype: "int32", shape: [2], values: [1, 2] } },
 * })
 */
export function hierarchyContract({ test, make, expected }: HierarchyContract): void {
  const cases = { ...listCases, ...describeCases, ...readCases, ...abortCases, ...optionalCases };
  for (const [title, run] of Object.entries(cases))
    test(`hierarchy: ${title}`, async () => {
      const hierarchy = await make();
      try {
        await run(hierarchy, expected);
      } finally {
        await hierarchy.close();
      }
    });
}
