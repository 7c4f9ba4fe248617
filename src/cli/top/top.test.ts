import { expect, test } from "bun:test";

import { nodeRows } from "./top-nodes.ts";
import { podRows } from "./top-pods.ts";

const pods = [
  {
    metadata: { name: "b", namespace: "web" },
    containers: [{ name: "c", usage: { cpu: "250000000n", memory: "4Mi" } }],
  },
  {
    metadata: { name: "a", namespace: "web" },
    containers: [
      { name: "y", usage: { cpu: "10m", memory: "2048Ki" } },
      { name: "x", usage: { cpu: "5m", memory: "1Mi" } },
    ],
  },
];

const plain = { "sort-by": "", containers: false, "all-namespaces": false, "no-headers": true };

test("podRows adds up the containers of each pod, by name or the heaviest first", () => {
  expect(podRows(pods, plain)).toEqual([
    ["a", "15m", "3Mi"],
    ["b", "250m", "4Mi"],
  ]);
  expect(podRows(pods, { ...plain, "sort-by": "cpu" }).map(([name]) => name)).toEqual(["b", "a"]);
});

test("podRows shows containers and namespaces where asked", () => {
  expect(podRows(pods, { ...plain, containers: true, "all-namespaces": true, "no-headers": false })).toEqual([
    ["NAMESPACE", "POD", "NAME", "CPU(cores)", "MEMORY(bytes)"],
    ["web", "a", "x", "5m", "1Mi"],
    ["web", "a", "y", "10m", "2Mi"],
    ["web", "b", "c", "250m", "4Mi"],
  ]);
});

test("nodeRows relates usage to what can be allocated, and names nodes without metrics", () => {
  const node = (name: string) => ({ metadata: { name }, status: { allocatable: { cpu: "2", memory: "8Mi" } } });
  const metrics = [{ metadata: { name: "one" }, usage: { cpu: "500m", memory: "2Mi" } }];
  expect(nodeRows(metrics, [node("two"), node("one")], "")).toEqual([
    ["one", "500m", "25%", "2Mi", "25%"],
    ["two", "<unknown>", "<unknown>", "<unknown>", "<unknown>"],
  ]);
});
