import { expect, test } from "bun:test";

import type { Node, Pod } from "../api/types/core-v1.ts";
import { profilesOf } from "./configuration.ts";
import { NodeTable } from "./node-table.ts";
import { placement } from "./placement.ts";
import { podFacts } from "./pod-facts.ts";

const configuration = (...profiles: readonly unknown[]) => ({
  apiVersion: "kubescheduler.config.k8s.io/v1",
  kind: "KubeSchedulerConfiguration",
  profiles,
});

const aNode = (name: string, taints?: NonNullable<Node["spec"]>["taints"]): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec: { taints },
  status: { allocatable: { cpu: "4", memory: "8Gi", pods: "10" } },
});

const aPod = (name: string): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: name },
  spec: { containers: [{ name: "main", image: "web", resources: { requests: { cpu: "1", memory: "2Gi" } } }] },
});

/** Where a pod goes when one of two nodes has two pods already. */
function place(profile: unknown, nodes: readonly Node[] = [aNode("empty"), aNode("full")]): string {
  const [{ plugins } = { plugins: [] }] = profilesOf(configuration(profile));
  const table = new NodeTable();
  for (const node of nodes) table.setNode(node);
  table.setPod(podFacts(aPod("one")), "full");
  table.setPod(podFacts(aPod("two")), "full");
  const placed = placement(podFacts(aPod("p")), table, { plugins, start: 0, random: () => 0 });
  return placed.outcome === "placed" ? placed.nodeName : placed.message;
}

const strategy = (scoringStrategy: unknown) => ({
  pluginConfig: [{ name: "NodeResourcesFit", args: { scoringStrategy } }],
});

test("a profile prefers empty nodes, full ones, or those that a shape says", () => {
  expect(place({})).toBe("empty");
  expect(place(strategy({ type: "MostAllocated" }))).toBe("full");
  const shape = (...scores: readonly number[]) =>
    strategy({
      type: "RequestedToCapacityRatio",
      requestedToCapacityRatio: { shape: scores.map((score, index) => ({ utilization: index * 100, score })) },
    });
  expect(place(shape(0, 10))).toBe("full");
  expect(place(shape(10, 0))).toBe("empty");
});

test("a profile leaves plugins out, as filters or as scores", () => {
  const nodes = [aNode("empty", [{ key: "a", effect: "NoSchedule" }]), aNode("full")];
  expect(place({}, nodes)).toBe("full");
  expect(place({ plugins: { filter: { disabled: [{ name: "TaintToleration" }] } } }, nodes)).toBe("empty");
  const pulled = { ...strategy({ type: "MostAllocated" }), plugins: { score: { disabled: [{ name: "*" }] } } };
  // Nothing tells the nodes apart, so chance does.
  expect(place(pulled, [aNode("full"), aNode("empty")])).toBe("empty");
});

test("a profile adds a node affinity to that of every pod", () => {
  const nodes = [aNode("empty"), { ...aNode("full"), metadata: { name: "full", labels: { pool: "batch" } } }];
  const matchExpressions = [{ key: "pool", operator: "In", values: ["batch"] }];
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
  expect(place({ pluginConfig: [{ name: "NodeAffinity", args: { addedAffinity: required } }] }, nodes)).toBe("full");
  const preferred = {
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions } }],
  };
  expect(place({ pluginConfig: [{ name: "NodeAffinity", args: { addedAffinity: preferred } }] }, nodes)).toBe("full");
});

test("a profile says how much pods count that want another near", () => {
  const nodes = ["empty", "full"].map((name) => ({ ...aNode(name), metadata: { name, labels: { host: name } } }));
  const wish = { topologyKey: "host", labelSelector: { matchLabels: { app: "web" } } };
  const lonely: Pod = {
    ...aPod("lonely"),
    spec: {
      containers: [{ name: "main", image: "web" }],
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [wish] } },
    },
  };
  const placeWith = (hardPodAffinityWeight: number): string => {
    const profile = { pluginConfig: [{ name: "InterPodAffinity", args: { hardPodAffinityWeight } }] };
    const [{ plugins } = { plugins: [] }] = profilesOf(configuration(profile));
    const table = new NodeTable();
    for (const node of nodes) table.setNode(node);
    table.setPod(podFacts(lonely), "full");
    const pod = podFacts({ ...aPod("p"), metadata: { name: "p", uid: "p", labels: { app: "web" } } });
    const placed = placement(pod, table, { plugins, start: 0, random: () => 0 });
    return placed.outcome === "placed" ? placed.nodeName : placed.message;
  };
  expect([placeWith(100), placeWith(0)]).toEqual(["full", "empty"]);
});

test("profiles have names of their own, and a share of nodes", () => {
  const read = profilesOf({
    ...configuration({}, { schedulerName: "packed", percentageOfNodesToScore: 70 }),
    percentageOfNodesToScore: 30,
  });
  expect(read.map(({ schedulerName, percentageOfNodesToScore }) => [schedulerName, percentageOfNodesToScore])).toEqual([
    ["default-scheduler", 30],
    ["packed", 70],
  ]);
});

test.each<[unknown, string]>([
  [{ kind: "Pod" }, "it must be a KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1"],
  [{ ...configuration(), extenders: [] }, "extenders is not supported"],
  [configuration({}, {}), 'profiles schedulerName "default-scheduler" is there twice'],
  [
    configuration({ plugins: { score: { disabled: [{ name: "Nothing" }] } } }),
    'profiles[0].plugins.score.disabled[0].name plugin "Nothing" does not exist',
  ],
  [
    configuration(strategy({ type: "Any" })),
    'profiles[0].pluginConfig[0].args.scoringStrategy.type must be LeastAllocated, MostAllocated or RequestedToCapacityRatio, not "Any"',
  ],
  [
    configuration({ pluginConfig: [{ name: "InterPodAffinity", args: { hardPodAffinityWeight: 101 } }] }),
    "profiles[0].pluginConfig[0].args.hardPodAffinityWeight must be a whole number from 0 to 100",
  ],
  [
    configuration({ pluginConfig: [{ name: "ImageLocality", args: {} }] }),
    'profiles[0].pluginConfig[0].name cannot configure plugin "ImageLocality"',
  ],
  [
    configuration({ percentageOfNodesToScore: 101 }),
    "profiles[0].percentageOfNodesToScore must be a whole number from 0 to 100",
  ],
])("a configuration that cannot be followed is refused (%#)", (given, message) => {
  expect(() => profilesOf(given)).toThrow(`Cannot use the scheduler configuration: ${message}`);
});
