import { expect, test } from "vitest";
import * as node from "../src/index.ts";
import * as web from "../src/web.ts";

test("what `lazynwb` exports", () => {
  expect(Object.keys(node).sort()).toMatchSnapshot();
});

test("what `lazynwb/web` exports", () => {
  expect(Object.keys(web).sort()).toMatchSnapshot();
});

test("the functions of createLazyNwb are those of the module", () => {
  for (const module of [node, web])
    for (const name of Object.keys(module.createLazyNwb()))
      if (!["counters", "close"].includes(name)) expect(module).toHaveProperty(name);
});
