import { dtypeName } from "../dtype.ts";
import type { Link } from "../hierarchy.ts";
import { check, failureCode, settle, value } from "./assert.ts";
import { describeOne, type HierarchyCase, identities, NOWHERE, pathsOf } from "./hierarchy-case.ts";
import type { ExpectedLink } from "./hierarchy-contract.ts";
import { difference, plainOf } from "./plain-values.ts";

function checkLink(link: Link | undefined, expected: ExpectedLink, what: string): void {
  check(link !== undefined, `${what} is missing`);
  const type = expected === "hard" ? "hard" : expected.type;
  check(link.type === type, `${what} is a ${link.type} link, not a ${type} one`);
  if (expected === "hard" || link.type === "hard") return;
  check(link.target === expected.target, `${what} leads to ${link.target}, not to ${expected.target}`);
  if (link.type === "external" && expected.type === "external")
    check(link.file === expected.file, `${what} leads into ${link.file}, not into ${expected.file}`);
}

export const listCases: Readonly<Record<string, HierarchyCase>> = {
  "names its format": async (hierarchy) => {
    check(typeof hierarchy.format === "string" && hierarchy.format !== "", "format is a name");
  },
  "lists the links of groups": async (hierarchy, expected) => {
    for (const path of pathsOf(expected, ({ links }) => links !== undefined)) {
      const wanted = expected[path]!.links!;
      const links = await value(hierarchy.list(path), `listing ${path}`);
      const names = links.map(({ name }) => name);
      check(
        names.toSorted().join() === Object.keys(wanted).sort().join(),
        `${path} holds ${names.join(", ") || "nothing"} in place of ${Object.keys(wanted).join(", ") || "nothing"}`,
      );
      for (const [name, link] of Object.entries(wanted))
        checkLink(
          links.find((one) => one.name === name),
          link,
          `${name} in ${path}`,
        );
      const again = await value(hierarchy.list(path), `listing ${path}`);
      check(
        again.map(({ name }) => name).join() === names.join(),
        `${path} is listed in another order the second time`,
      );
    }
  },
  "what a list tells of an object is what describe tells": async (hierarchy, expected) => {
    for (const path of pathsOf(expected, ({ kind }) => kind === "group"))
      for (const link of await value(hierarchy.list(path), `listing ${path}`)) {
        if (link.type !== "hard" || (link.objectId === undefined && link.kind === undefined)) continue;
        const child = path === "/" ? `/${link.name}` : `${path}/${link.name}`;
        const result = await settle(hierarchy.describe([child]), `describing ${child}`);
        const node = result.status === "fulfilled" ? result.value[0] : undefined;
        if (!node) continue;
        check(
          link.kind === undefined || link.kind === node.kind,
          `${child} is listed as ${link.kind}, and is a ${node.kind}`,
        );
        check(
          link.objectId === undefined || link.objectId === node.objectId,
          `${child} has another objectId in the list`,
        );
      }
  },
  "refuses to list what is no group": async (hierarchy, expected) => {
    await failureCode(hierarchy.list(NOWHERE), ["NOT_FOUND"], "listing a path that leads nowhere");
    for (const path of pathsOf(expected, ({ kind }) => kind === "array").slice(0, 1))
      await failureCode(hierarchy.list(path), ["NOT_FOUND"], `listing the array ${path}`);
  },
};

export const describeCases: Readonly<Record<string, HierarchyCase>> = {
  "describes everything at once, in the order asked for": async (hierarchy, expected) => {
    const paths = Object.keys(expected).reverse();
    const nodes = await value(hierarchy.describe(paths), "describing everything");
    check(nodes.length === paths.length, "describe gives one answer a path");
    paths.forEach((path, at) => {
      const node = nodes[at]!;
      const wanted = expected[path]!;
      check((node === null) === (wanted === null), `${path} ${wanted === null ? "leads nowhere" : "is there"}`);
      if (node === null || wanted === null) return;
      check(node.path === path, `${path} was described as ${node.path}`);
      check(node.kind === wanted.kind, `${path} is a ${node.kind}, not a ${wanted.kind}`);
      check(typeof node.objectId === "string" && node.objectId !== "", `${path} has no objectId`);
      if (node.kind !== "array") return;
      if (wanted.dtype !== undefined)
        check(dtypeName(node.dtype) === wanted.dtype, `${path} is of ${dtypeName(node.dtype)}, not of ${wanted.dtype}`);
      if (wanted.shape !== undefined)
        check(
          String(node.shape) === String(wanted.shape) && (node.shape === null) === (wanted.shape === null),
          `${path} has the shape [${node.shape}], not [${wanted.shape}]`,
        );
    });
  },
  "describes attributes": async (hierarchy, expected) => {
    const idOf = await identities(hierarchy, expected);
    for (const path of pathsOf(expected, ({ attributes }) => attributes !== undefined)) {
      const wanted = expected[path]!.attributes!;
      const { attributes } = (await describeOne(hierarchy, path))!;
      const names = Object.keys(attributes).sort().join();
      check(names === Object.keys(wanted).sort().join(), `${path} has the attributes ${names}`);
      for (const [name, expectedValue] of Object.entries(wanted)) {
        const found = difference(plainOf(attributes[name]!), expectedValue, idOf);
        check(found === undefined, `attribute ${name} of ${path}: ${found}`);
      }
    }
  },
  "gives null for a path that leads nowhere": async (hierarchy, expected) => {
    check((await describeOne(hierarchy, NOWHERE)) === null, "a path that leads nowhere is null");
    const somewhere = pathsOf(expected, () => true)[0]!;
    const nodes = await value(hierarchy.describe([NOWHERE, somewhere, NOWHERE]), "describing three paths");
    check(
      nodes[0] === null && nodes[1]?.path === somewhere && nodes[2] === null,
      "answers come in the order of the paths",
    );
  },
  "takes no paths, and one path twice": async (hierarchy) => {
    check((await value(hierarchy.describe([]), "describing nothing")).length === 0, "no paths give no answers");
    const twice = await value(hierarchy.describe(["/", "/"]), "describing the root twice");
    check(twice.length === 2 && twice.every((node) => node?.kind === "group"), "the root is a group, each time");
  },
  "tells which paths are one object": async (hierarchy, expected) => {
    for (const path of pathsOf(expected, ({ sameObjectAs }) => sameObjectAs !== undefined)) {
      const other = expected[path]!.sameObjectAs!;
      const nodes = await value(hierarchy.describe([path, other]), `describing ${path} and ${other}`);
      check(nodes[0]?.objectId === nodes[1]?.objectId, `${path} and ${other} are one object and have two identities`);
    }
    const idOf = await identities(hierarchy, expected);
    const seen = new Map<string, string>();
    for (const path of pathsOf(expected, ({ sameObjectAs }) => sameObjectAs === undefined)) {
      const id = idOf(path)!;
      check(!seen.has(id), `${path} and ${seen.get(id)} are two objects and have one identity`);
      seen.set(id, path);
    }
  },
};
