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

const plain = {
  "sort-by": "",
  containers: false,
  "all-namespaces": false,
  "no-headers": true,
  "show-swap": false,
  sum: false,
};

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
  expect(nodeRows(metrics, [node("two"), node("one")], { ...plain, "show-capacity": false })).toEqual([
    ["one", "500m", "25%", "2Mi", "25%"],
    ["two", "<unknown>", "<unknown>", "<unknown>", "<unknown>"],
  ]);
});

test("podRows adds a line with the sum, and columns for swap", () => {
  expect(podRows(pods, { ...plain, "show-swap": true, sum: true, "no-headers": false })).toEqual([
    ["NAME", "CPU(cores)", "MEMORY(bytes)", "SWAP(bytes)"],
    ["a", "15m", "3Mi", "0Mi"],
    ["b", "250m", "4Mi", "0Mi"],
    ["", "", "________", "________"],
    ["", "", "265m", "7Mi", "0Mi"],
  ]);
});

test("nodeRows relates usage to the capacity when told to, and shows swap where a node has some", () => {
  const node = (name: string, swap?: number) => ({
    metadata: { name },
    status: { capacity: { cpu: "4", memory: "8Mi" }, nodeInfo: swap === undefined ? {} : { swap: { capacity: swap } } },
  });
  const metric = (name: string) => ({ metadata: { name }, usage: { cpu: "1", memory: "2Mi", swap: "1Mi" } });
  const table = { ...plain, "show-capacity": true, "show-swap": true };
  expect(nodeRows([metric("a"), metric("b")], [node("a", 2 * 1024 * 1024), node("b")], table)).toEqual([
    ["a", "1000m", "25%", "2Mi", "25%", "1Mi", "50%"],
    ["b", "1000m", "25%", "2Mi", "25%", "<unknown>", "<unknown>"],
  ]);
});
