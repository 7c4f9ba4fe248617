import { expect, test } from "bun:test";

import { parseNodes, withMoreNodes } from "./node-config.ts";

test("withMoreNodes takes the free places and keeps names unique", () => {
  const three = withMoreNodes("dev", [], 3);
  expect(three.map(({ name }) => name)).toEqual(["dev", "dev-2", "dev-3"]);
  const holey = three.filter(({ name }) => name !== "dev-2");
  expect(withMoreNodes("dev", holey, 2).slice(2)).toEqual([
    { name: "dev-2", index: 1 },
    { name: "dev-4", index: 3 },
  ]);
});

test("withMoreNodes refuses more than there is room for", () => {
  expect(() => withMoreNodes("dev", [], 251)).toThrow('A cluster has at most 250 nodes, and "dev" has 0');
});

test("parseNodes reads lists, and the number of earlier versions", () => {
  expect(parseNodes(2, "dev")).toEqual([
    { name: "dev", index: 0 },
    { name: "dev-2", index: 1 },
  ]);
  const stopped = [{ name: "dev", index: 4, isStopped: true as const }];
  expect(parseNodes(stopped, "dev")).toEqual(stopped);
  expect(parseNodes([], "dev")).toEqual([]);
});

test("parseNodes says what is wrong", () => {
  expect(() => parseNodes("x", "dev")).toThrow('"nodes" must be a list');
  expect(() => parseNodes(0, "dev")).toThrow('"nodes" must be a list');
  expect(() => parseNodes([{ name: "dev" }], "dev")).toThrow('each of "nodes" must have a "name" and an "index"');
});
