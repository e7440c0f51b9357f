import type { DataFrame } from "nodejs-polars";
import { beforeAll, describe, expect, test } from "vitest";
import { lazyFrame, metadataFrame, type NwbLazyFrame, type Polars, polarsModule } from "../../src/index.ts";
import type { Chain, ChainFrame } from "../chains/chain.ts";
import { PUSHED_CHAINS } from "../chains/pushed-chains.ts";
import { WHOLE_CHAINS } from "../chains/whole-chains.ts";
import { CountingScan } from "../counting-scan.ts";
import { expectSameFrame } from "../same-frame.ts";
import { unitsTable } from "../units-table.ts";

const table = unitsTable(11);
let pl: Polars;
let all: DataFrame;

beforeAll(async () => {
  pl = await polarsModule();
  all = await metadataFrame(table);
});

/** Runs a chain both ways, and gives the scan that counted. */
async function runBoth(chain: Chain): Promise<CountingScan> {
  const scan = new CountingScan(table);
  const ours = (await (chain.run((await lazyFrame(scan)) as ChainFrame, pl) as NwbLazyFrame).collect()) as DataFrame;
  const theirs = (chain.run(all.lazy() as unknown as ChainFrame, pl) as ChainFrame).collectSync() as DataFrame;
  expectSameFrame(ours, theirs, chain.unordered);
  return scan;
}

const INTERNAL = new Set(["_nwb_path", "_table_path", "_table_index"]);
const storedOf = (columns: readonly string[]) => columns.filter((column) => !INTERNAL.has(column)).sort();

describe("the same answer as polars over all data, and no more read than it needs", () => {
  test.each([...PUSHED_CHAINS, ...WHOLE_CHAINS])("$name", async (chain) => {
    const scan = await runBoth(chain);
    const wanted = chain.columns === "*" ? table.schema.names.map(String) : chain.columns.split(" ").filter(Boolean);
    const asked = scan.queries.flatMap((query) => [...query.columns, ...query.predicates.flatMap((p) => p.columns)]);
    expect(storedOf([...new Set(asked)])).toEqual(storedOf(wanted));
    const [query] = scan.queries;
    expect(query!.predicates.length).toBe(chain.pushed?.filters ?? 0);
    expect(query!.limit).toBe(chain.pushed?.limit);
    expect(query!.offset).toBe(chain.pushed?.limit === undefined ? undefined : (chain.pushed.offset ?? 0));
  });
});
