import { expect, test } from "bun:test";

import { labelSelectorOf } from "../api/label-selector.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, PodSpec } from "../api/types/core-v1.ts";
import type { StorageClass } from "../api/types/storage-v1.ts";
import { LocalAnswers } from "./local-answers.ts";
import { NodeTable } from "./node-table.ts";
import { placement } from "./placement.ts";
import { plugins } from "./plugins.ts";
import { podFacts } from "./pod-facts.ts";
import { preemption } from "./preemption.ts";
import { NO_STORAGE, type StorageView } from "./storage-view.ts";
import { withPreemption } from "./unschedulable-message.ts";

const GI = 2 ** 30;

function aNode(name: string, parts: { spec?: Node["spec"]; labels?: Record<string, string>; cpu?: string } = {}): Node {
  const allocatable = { cpu: parts.cpu ?? "2", memory: String(4 * GI), pods: "3" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: parts.labels },
    spec: parts.spec,
    status: { allocatable },
  };
}

function aPod(uid: string, spec: Partial<PodSpec> = {}, requests: Record<string, string> = { cpu: "500m" }): Pod {
  const container = { name: "main", image: "web", resources: { requests } };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: uid, uid }, spec: { containers: [container], ...spec } };
}

interface Storage {
  readonly claims?: readonly PersistentVolumeClaim[];
  readonly volumes?: readonly PersistentVolume[];
  readonly classes?: readonly StorageClass[];
}

function storageOf({ claims = [], volumes = [], classes = [] }: Storage): StorageView {
  return {
    ...NO_STORAGE,
    claim: (key) => claims.find(({ metadata }) => key === `/${metadata.name ?? ""}`),
    volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
    volumesOfClass: (name) => volumes.filter(({ spec }) => (spec?.storageClassName ?? "") === name),
    storageClass: (name) => classes.find(({ metadata }) => metadata.name === name),
  };
}

/** Where the pod goes, or why it goes nowhere. */
function place(
  pod: Pod,
  nodes: readonly Node[],
  running: Readonly<Record<string, readonly Pod[]>> = {},
  storage: Storage = {},
): string {
  const table = new NodeTable(storageOf(storage));
  for (const node of nodes) table.setNode(node);
  for (const [name, pods] of Object.entries(running)) for (const one of pods) table.setPod(podFacts(one), name);
  const placed = placement(podFacts(pod), table, { plugins, start: 0, random: () => 0.99 });
  if (placed.outcome === "placed") return placed.nodeName;
  if (nodes.length === 0) return placed.message;
  const { rejections } = placed;
  const made = preemption(podFacts(pod), table, { ...noPreemption, rejections });
  return made.outcome === "none" ? withPreemption(placed.message, made.message) : `after ${names(made.victims)}`;
}

const noPreemption = { plugins, budgets: [], nominatedNode: undefined, random: () => 0, nowMs: 0 };
const names = (pods: readonly Pod[]): string => pods.map(({ metadata }) => metadata.name).join(" and ");

const noHelp = "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
const noVictims = "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
const rejected = (reason: string, told: string): string =>
  `0/1 nodes are available: 1 ${reason}. no new claims to deallocate, ${told}`;

const taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
const hostPort = (port: number): Partial<PodSpec> => ({
  containers: [{ name: "main", image: "web", ports: [{ containerPort: 80, hostPort: port }] }],
});
const zone = (...values: string[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values }] }],
      },
    },
  },
});

test.each([
  ["a pod without a node", aPod("p"), [], {}, "no nodes available to schedule pods"],
  [
    "a cordoned node",
    aPod("p"),
    [aNode("a", { spec: { unschedulable: true } })],
    {},
    rejected("node(s) were unschedulable", noHelp),
  ],
  [
    "a taint",
    aPod("p"),
    [aNode("a", { spec: { taints: [taint] } })],
    {},
    rejected("node(s) had untolerated taint(s)", noHelp),
  ],
  [
    "a tolerated taint",
    aPod("p", { tolerations: [{ key: "dedicated", operator: "Exists" }] }),
    [aNode("a", { spec: { taints: [taint] } })],
    {},
    "a",
  ],
  [
    "a nodeSelector",
    aPod("p", { nodeSelector: { disk: "ssd" } }),
    [aNode("a"), aNode("b", { labels: { disk: "ssd" } })],
    {},
    "b",
  ],
  [
    "a missing label",
    aPod("p", { nodeSelector: { disk: "ssd" } }),
    [aNode("a")],
    {},
    rejected("node(s) didn't match Pod's node affinity/selector", noHelp),
  ],
  [
    "node affinity",
    aPod("p", zone("x", "y")),
    [aNode("a", { labels: { zone: "z" } }), aNode("b", { labels: { zone: "y" } })],
    {},
    "b",
  ],
  [
    "too much cpu for now",
    aPod("p", {}, { cpu: "2" }),
    [aNode("a")],
    { a: [aPod("q")] },
    rejected("Insufficient cpu", noVictims),
  ],
  ["too much cpu for ever", aPod("p", {}, { cpu: "3" }), [aNode("a")], {}, rejected("Insufficient cpu", noHelp)],
  [
    "an unknown resource",
    aPod("p", {}, { "example.com/gpu": "1" }),
    [aNode("a")],
    {},
    rejected("Insufficient example.com/gpu", noHelp),
  ],
  [
    "too many pods",
    aPod("p", {}, {}),
    [aNode("a")],
    { a: [aPod("q"), aPod("r"), aPod("s")] },
    rejected("Too many pods", noVictims),
  ],
  ["a free host port", aPod("p", hostPort(80)), [aNode("a")], { a: [aPod("q", hostPort(81))] }, "a"],
  [
    "a taken host port",
    aPod("p", hostPort(80)),
    [aNode("a")],
    { a: [aPod("q", hostPort(80))] },
    rejected("node(s) didn't have free ports for the requested pod ports", noVictims),
  ],
  ["a fuller node", aPod("p"), [aNode("a"), aNode("b")], { a: [aPod("q")] }, "b"],
  [
    "a soft taint",
    aPod("p"),
    [aNode("a", { spec: { taints: [{ ...taint, effect: "PreferNoSchedule" }] } }), aNode("b")],
    { b: [aPod("q")] },
    "b",
  ],
] as const)("placement of a pod facing %s", (_name, pod, nodes, running, expected) => {
  expect(place(pod, nodes, running)).toBe(expected);
});

const inZone = (name: string, zoneName: string): Node =>
  aNode(name, { labels: { zone: zoneName, host: name }, cpu: "8" });
const labelled = (uid: string, app: string, spec: Partial<PodSpec> = {}): Pod => {
  const pod = aPod(uid, spec);
  return { ...pod, metadata: { ...pod.metadata, namespace: "default", labels: { app } } };
};
const webPods = (topologyKey: string) => ({ topologyKey, labelSelector: { matchLabels: { app: "web" } } });
const near: Partial<PodSpec> = {
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [webPods("zone")] } },
};
const away: Partial<PodSpec> = {
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [webPods("zone")] } },
};
const ratherAway: Partial<PodSpec> = {
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: webPods("host") }],
    },
  },
};
const even = (whenUnsatisfiable: string): Partial<PodSpec> => ({
  topologySpreadConstraints: [{ ...webPods("zone"), maxSkew: 1, whenUnsatisfiable }],
});
const zones = [inZone("x1", "x"), inZone("x2", "x"), inZone("y1", "y")];

test.each([
  ["wants to be near another", labelled("p", "db", near), zones, { y1: [labelled("q", "web")] }, "y1"],
  ["is the first of those that want to be together", labelled("p", "web", near), [inZone("x1", "x")], {}, "x1"],
  [
    "wants to be near one that is nowhere",
    labelled("p", "db", near),
    [inZone("x1", "x")],
    {},
    rejected("node(s) didn't match pod affinity rules", noHelp),
  ],
  ["wants to be away from another", labelled("p", "web", away), zones, { x1: [labelled("q", "web")] }, "y1"],
  [
    "wants to be away from one that is everywhere",
    labelled("p", "db", away),
    [inZone("x1", "x")],
    { x1: [labelled("q", "web")] },
    rejected("node(s) didn't match pod anti-affinity rules", noVictims),
  ],
  [
    "is not wanted where another is",
    labelled("p", "web"),
    [inZone("x1", "x")],
    { x1: [labelled("q", "db", away)] },
    rejected("node(s) didn't satisfy existing pods anti-affinity rules", noVictims),
  ],
  [
    "would rather be away",
    labelled("p", "web", ratherAway),
    [inZone("x1", "x"), inZone("x2", "x")],
    { x1: [labelled("q", "web")] },
    "x2",
  ],
  ["must be spread evenly", labelled("p", "web", even("DoNotSchedule")), zones, { x1: [labelled("q", "web")] }, "y1"],
  [
    "would be spread unevenly",
    labelled("p", "web", even("DoNotSchedule")),
    [inZone("x1", "x"), { ...inZone("y1", "y"), spec: { unschedulable: true } }],
    { x1: [labelled("q", "web")] },
    "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. " +
      "no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, " +
      "1 Preemption is not helpful for scheduling.",
  ],
  [
    "has no zone to be spread over",
    labelled("p", "web", even("DoNotSchedule")),
    [aNode("a")],
    {},
    rejected("node(s) didn't match pod topology spread constraints (missing required label)", noHelp),
  ],
  [
    "should be spread evenly",
    labelled("p", "web", even("ScheduleAnyway")),
    zones,
    { x1: [labelled("q", "web")] },
    "y1",
  ],
] as const)("placement of a pod that %s", (_name, pod, nodes, running, expected) => {
  expect(place(pod, nodes, running)).toBe(expected);
});

test("placement takes pods that restart all their containers to nodes that declare they can", () => {
  const rule = { action: "RestartAllContainers", exitCodes: { operator: "In", values: [1] } };
  const pod = aPod("p", { containers: [{ name: "main", image: "web", restartPolicyRules: [rule] }] });
  const able = aNode("able");
  const declaring = { ...able, status: { ...able.status, declaredFeatures: ["RestartAllContainersOnContainerExits"] } };
  expect(place(pod, [aNode("old"), declaring])).toBe("able");
  expect(place(pod, [aNode("old")])).toContain("1 node(s) didn't match Pod's required features.");
});

test("placement counts the reasons of several nodes", () => {
  const nodes = [aNode("a", { spec: { unschedulable: true } }), aNode("b", { cpu: "1" }), aNode("c", { cpu: "1" })];
  expect(place(aPod("p", {}, { cpu: "1500m" }), nodes)).toBe(
    "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. no new claims to deallocate, " +
      "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
  );
});

test("placement looks at a part of a large cluster and goes on from there", () => {
  const table = new NodeTable();
  for (let index = 0; index < 200; index++) table.setNode(aNode(`node-${index}`));
  const options = { plugins, random: () => 0.99 };
  const first = placement(podFacts(aPod("p")), table, { ...options, start: 0 });
  expect(first).toEqual({ outcome: "placed", nodeName: "node-0", nextStart: 100, volumes: undefined });
  const second = placement(podFacts(aPod("q")), table, { ...options, start: 100 });
  expect(second).toMatchObject({ outcome: "placed", nextStart: 0 });
});

test("placement decides the same with what it remembers as without", () => {
  const busy = { key: "busy", effect: "PreferNoSchedule" };
  const nodeOf = (index: number, round: number): Node =>
    aNode(`node-${index}`, {
      cpu: String(1 + (index % 3)),
      labels: { zone: `z${(index + round) % 4}` },
      spec: { unschedulable: (index + round) % 7 === 0, taints: (index + round) % 5 === 0 ? [busy] : [] },
    });
  const inTheMiddle = {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["z1", "z2"] }] }],
  };
  const shapes: Partial<PodSpec>[] = [
    {},
    { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: inTheMiddle } } },
    { tolerations: [{ operator: "Exists" }] },
  ];
  const table = new NodeTable();
  const answers = new LocalAnswers();
  const random = () => 0.5;
  let start = 0;
  const outcomes = new Set<string>();
  for (let step = 0; step < 240; step++) {
    if (step % 40 === 0) for (let index = 0; index < 30; index++) table.setNode(nodeOf(index, step / 40));
    const pod = podFacts(aPod(`p${step}`, shapes[step % 3], { cpu: step % 2 === 0 ? "100m" : "600m", memory: "64Mi" }));
    const remembered = placement(pod, table, { plugins, start, random, answers });
    expect(remembered).toEqual(placement(pod, table, { plugins, start, random }));
    outcomes.add(remembered.outcome);
    if (step % 9 === 8) table.removePod(`p${step - 8}`);
    if (remembered.outcome === "unschedulable") continue;
    start = remembered.nextStart;
    table.setPod(pod, remembered.nodeName);
  }
  expect(outcomes.size).toBe(2);
});

test("NodeTable counts a pod once, wherever it is put and however often", () => {
  const table = new NodeTable();
  table.setNode(aNode("a"));
  table.setNode(aNode("b"));
  table.setPod(podFacts(aPod("p")), "a");
  table.setPod(podFacts(aPod("p")), "a");
  table.setPod(podFacts(aPod("p", {}, { cpu: "1" })), "b");
  expect([table.node("a")?.used.milliCpu, table.node("b")?.used.milliCpu]).toEqual([0, 1000]);
  table.removePod("p");
  table.removePod("p");
  expect(table.node("b")?.used.milliCpu).toBe(0);
});

const withClaim = (name: string): Partial<PodSpec> => ({
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
});

function aClaim(
  name: string,
  parts: { volume?: string; className?: string; modes?: string[] } = {},
): PersistentVolumeClaim {
  const annotations = parts.volume === undefined ? {} : { "pv.kubernetes.io/bind-completed": "yes" };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, uid: name, annotations },
    spec: {
      accessModes: parts.modes ?? ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: parts.className ?? "",
      volumeName: parts.volume,
    },
  };
}

function aVolume(name: string, node: string, labels: Record<string, string> = {}, className = ""): PersistentVolume {
  const matchExpressions = [{ key: "host", operator: "In", values: [node] }];
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, labels },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: className,
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
    },
    status: { phase: "Available" },
  };
}

const late: StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "late" },
  provisioner: "kubernetes.io/no-provisioner",
  volumeBindingMode: "WaitForFirstConsumer",
};
const twoHosts = [
  aNode("a", { labels: { host: "a", "topology.kubernetes.io/zone": "x" } }),
  aNode("b", { labels: { host: "b", "topology.kubernetes.io/zone": "y" } }),
];
const refused = (reason: string): string =>
  `0/2 nodes are available: ${reason}. no new claims to deallocate, ` +
  "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";

test.each<[string, Storage, Readonly<Record<string, readonly Pod[]>>, string]>([
  ["its claim does not exist", {}, {}, refused('persistentvolumeclaim "data" not found')],
  [
    "its claim has no volume and waits for none",
    { claims: [aClaim("data")] },
    {},
    refused("pod has unbound immediate PersistentVolumeClaims"),
  ],
  ["its volume is on one node", { claims: [aClaim("data", { volume: "pv" })], volumes: [aVolume("pv", "b")] }, {}, "b"],
  [
    "its volume is on no node",
    { claims: [aClaim("data", { volume: "pv" })], volumes: [aVolume("pv", "c")] },
    {},
    refused("2 node(s) didn't match PersistentVolume's node affinity"),
  ],
  [
    "a volume that it may have is on one node",
    { claims: [aClaim("data", { className: "late" })], volumes: [aVolume("pv", "b", {}, "late")], classes: [late] },
    {},
    "b",
  ],
  [
    "nobody makes volumes of its class",
    { claims: [aClaim("data", { className: "late" })], classes: [late] },
    {},
    refused("2 node(s) didn't find available persistent volumes to bind"),
  ],
  [
    "another pod has the claim for itself",
    { claims: [aClaim("data", { volume: "pv", modes: ["ReadWriteOncePod"] })], volumes: [aVolume("pv", "b")] },
    { a: [aPod("other", withClaim("data"))] },
    "0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already " +
      "in-use by another pod. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
  ],
])("placement of a pod when %s", (_, storage, running, expected) => {
  expect(place(aPod("p", withClaim("data")), twoHosts, running, storage)).toBe(expected);
});

test("placement prefers the zone of a pod's volume", () => {
  const { spec, ...volume } = aVolume("pv", "", { "topology.kubernetes.io/zone": "x__z" });
  const volumes = [{ ...volume, spec: { ...spec, nodeAffinity: undefined } }];
  const storage = { claims: [aClaim("data", { volume: "pv" })], volumes };
  expect(place(aPod("p", withClaim("data")), twoHosts, {}, storage)).toBe("a");
});

test("placement prefers a node that has the image", () => {
  const withImage: Node = {
    ...aNode("a"),
    status: { ...aNode("a").status, images: [{ names: ["web:latest"], sizeBytes: 2 ** 30 }] },
  };
  expect(place(aPod("p"), [withImage, aNode("b")])).toBe("a");
});

test("placement spreads pods that belong together over nodes", () => {
  const nodes = ["a", "b"].map((name) => aNode(name, { labels: { "kubernetes.io/hostname": name } }));
  const table = new NodeTable(NO_STORAGE, () => labelSelectorOf({ matchLabels: { app: "web" } }));
  for (const node of nodes) table.setNode(node);
  const web = (uid: string): Pod => ({ ...aPod(uid), metadata: { name: uid, uid, labels: { app: "web" } } });
  // The other node is as full, with a pod of something else.
  table.setPod(podFacts(web("first")), "b");
  table.setPod(podFacts(aPod("other")), "a");
  for (const random of [0, 0.99]) {
    const placed = placement(podFacts(web("second")), table, { plugins, start: 0, random: () => random });
    expect(placed).toMatchObject({ nodeName: "a" });
  }
});
