import { describe, expect, test } from "vitest";
import { ByteBudget } from "../../src/scan/byte-budget.ts";

const { signal } = new AbortController();

/** Places granted so far, in order. */
function granted(budget: ByteBudget, asks: readonly (readonly [place: number, bytes: number])[]) {
  const order: number[] = [];
  const tickets = asks.map(async ([place, bytes]) => {
    const ticket = await budget.acquire([place], bytes, signal);
    order.push(place);
    return ticket;
  });
  return { order, tickets };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("ByteBudget", () => {
  test("gives bytes in the order of places, and nothing overtakes", async () => {
    const budget = new ByteBudget(100);
    const { order, tickets } = granted(budget, [
      [1, 60],
      [3, 30],
      [2, 50],
      [4, 5],
    ]);
    await turn();
    expect(order).toEqual([1, 3]);
    (await tickets[0]!).release();
    await turn();
    expect(order).toEqual([1, 3, 2, 4]);
    expect(budget.used).toBe(85);
  });

  test("lets what is delivered next through, however much it is", async () => {
    const budget = new ByteBudget(100);
    const { order, tickets } = granted(budget, [
      [2, 90],
      [1, 500],
      [3, 20],
    ]);
    await turn();
    expect(order).toEqual([2, 1]);
    expect(budget.used).toBe(590);
    (await tickets[1]!).release();
    await turn();
    expect(order).toEqual([2, 1]);
    (await tickets[0]!).release();
    await turn();
    expect(order).toEqual([2, 1, 3]);
  });

  test("a ticket that turns out smaller or is given back twice counts once", async () => {
    const budget = new ByteBudget(100);
    const first = await budget.acquire([1], 100, signal);
    const { order } = granted(budget, [[2, 60]]);
    await turn();
    expect(order).toEqual([]);
    first.resize(40);
    await turn();
    expect(order).toEqual([2]);
    first.release();
    first.release();
    first.resize(1000);
    expect(budget.used).toBe(60);
  });

  test("who leaves makes room for the next", async () => {
    const budget = new ByteBudget(100);
    const holding = await budget.acquire([0], 50, signal);
    const controller = new AbortController();
    const reason = new Error("left");
    const leaving = budget.acquire([1], 90, controller.signal);
    const { order } = granted(budget, [[2, 40]]);
    await turn();
    expect(order).toEqual([]);
    controller.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    await turn();
    expect(order).toEqual([2]);
    holding.release();
    await expect(async () => budget.acquire([3], 1, controller.signal)).rejects.toBe(reason);
  });
});
