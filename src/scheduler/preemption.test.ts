import { expect, test } from "bun:test";

import type { Node, Pod, PodSpec } from "../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../api/types/policy-v1.ts";
import { NodeTable } from "./node-table.ts";
import { placement } from "./placement.ts";
import { plugins } from "./plugins.ts";
import { podFacts } from "./pod-facts.ts";
import { preemption } from "./preemption.ts";

const aNode = (name: string): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { host: name } },
  status: { allocatable: { cpu: "4", memory: "8Gi", pods: "10" } },
});

interface PodParts {
  readonly cpu?: string;
  readonly priority?: number;
  readonly startTime?: string;
  readonly labels?: Record<string, string>;
  readonly spec?: Partial<PodSpec>;
  readonly isLeaving?: boolean;
}

function aPod(
  name: string,
  { cpu = "1", priority = 0, startTime, labels, spec, isLeaving = false }: PodParts = {},
): Pod {
  const preempted = { type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      uid: name,
      namespace: "default",
      labels,
      ...(isLeaving ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: { priority, containers: [{ name: "main", image: "web", resources: { requests: { cpu } } }], ...spec },
    status: { startTime, ...(isLeaving ? { conditions: [preempted] } : {}) },
  };
}

interface Situation {
  readonly running: Readonly<Record<string, readonly Pod[]>>;
  readonly nominated?: readonly (readonly [Pod, string])[];
  readonly nominatedNode?: string;
  readonly budgets?: readonly PodDisruptionBudget[];
}

/** `node: victims`, or why not. */
function preempt(pod: Pod, { running, nominated = [], nominatedNode, budgets = [] }: Situation): string {
  const table = new NodeTable();
  for (const [name, pods] of Object.entries(running)) {
    table.setNode(aNode(name));
    for (const one of pods) table.setPod(podFacts(one), name);
  }
  for (const [one, name] of nominated) table.nominate(podFacts(one), name);
  const random = (): number => 0;
  const placed = placement(podFacts(pod), table, { plugins, start: 0, random });
  if (placed.outcome === "placed") return `placed on ${placed.nodeName}`;
  const { rejections } = placed;
  const made = preemption(podFacts(pod), table, { plugins, rejections, budgets, nominatedNode, random, nowMs: 0 });
  if (made.outcome === "none") return made.message;
  return `${made.nodeName}: ${made.victims.map(({ metadata }) => metadata.name).join(" ")}`;
}

const important: PodParts = { priority: 100 };
const budget = (disruptionsAllowed: number): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "db", namespace: "default" },
  spec: { selector: { matchLabels: { app: "db" } } },
  status: { disruptionsAllowed },
});
const db = { labels: { app: "db" } };
const full = (name: string, parts: PodParts = {}): Pod => aPod(name, { cpu: "4", ...parts });

test.each<[string, Pod, Situation, string]>([
  [
    "takes only as many as needed",
    aPod("p", { ...important, cpu: "2" }),
    { running: { a: [aPod("x", { cpu: "2" }), aPod("y", { cpu: "2", priority: 5 })] } },
    "a: x",
  ],
  [
    "leaves equals alone",
    aPod("p"),
    { running: { a: [full("x")] } },
    "0/1 nodes are available: 1 No preemption victims found for incoming pod.",
  ],
  [
    "is refused to a pod that never preempts",
    aPod("p", { ...important, spec: { preemptionPolicy: "Never" } }),
    { running: { a: [full("x")] } },
    "not eligible due to preemptionPolicy=Never.",
  ],
  [
    "says what it would not help",
    aPod("p", { ...important, cpu: "9" }),
    { running: { a: [full("x")] } },
    "0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
  ],
  [
    "says what is still missing",
    aPod("p", { ...important, cpu: "3" }),
    { running: { a: [aPod("x", { cpu: "2" }), aPod("y", { cpu: "2", priority: 100 })] } },
    "0/1 nodes are available: 1 Insufficient cpu.",
  ],
  [
    "prefers the node that loses the least important pod",
    aPod("p", important),
    { running: { a: [full("x", { priority: 20 })], b: [full("y", { priority: 10 })] } },
    "b: y",
  ],
  [
    "prefers the node that loses fewer pods",
    aPod("p", { ...important, cpu: "4" }),
    { running: { a: [aPod("x", { cpu: "2" }), aPod("y", { cpu: "2" })], b: [full("z")] } },
    "b: z",
  ],
  [
    "prefers the node whose pod came last",
    aPod("p", important),
    {
      running: {
        a: [full("x", { startTime: "2026-01-01T00:00:00Z" })],
        b: [full("y", { startTime: "2026-01-02T00:00:00Z" })],
      },
    },
    "b: y",
  ],
  [
    "spares a budget that is used up",
    aPod("p", important),
    { running: { a: [full("x", db)], b: [full("y", { priority: 50 })] }, budgets: [budget(0)] },
    "b: y",
  ],
  [
    "breaks a budget if there is no other way",
    aPod("p", important),
    { running: { a: [full("x", db)] }, budgets: [budget(0)] },
    "a: x",
  ],
  [
    "takes others of a node first where a budget is used up",
    aPod("p", { ...important, cpu: "2" }),
    { running: { a: [aPod("x", { ...db, cpu: "2" }), aPod("y", { cpu: "2", priority: 50 })] }, budgets: [budget(0)] },
    "a: y",
  ],
  [
    "waits for those that leave",
    aPod("p", important),
    { running: { a: [full("x", { isLeaving: true })] }, nominatedNode: "a" },
    "not eligible due to a terminating pod on the nominated node.",
  ],
  [
    "leaves room that a more important pod was promised",
    aPod("p", { priority: 50 }),
    { running: { a: [full("x", { isLeaving: true })] }, nominated: [[full("q", important), "a"]] },
    "0/1 nodes are available: 1 Insufficient cpu.",
  ],
  [
    "ends what the pod cannot stand",
    aPod("p", {
      ...important,
      spec: {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: "host", labelSelector: { matchLabels: { app: "db" } } },
            ],
          },
        },
      },
    }),
    { running: { a: [aPod("x", db), aPod("y")] } },
    "a: x",
  ],
])("preemption %s", (_, pod, situation, expected) => {
  expect(preempt(pod, situation)).toBe(expected);
});

test("a pod does not take room that a pod of its importance was promised, and takes a lesser one's", () => {
  const situation = { running: { a: [aPod("x", { cpu: "2" })] } };
  expect(
    preempt(aPod("p", { cpu: "2" }), { ...situation, nominated: [[aPod("q", { cpu: "2", priority: -1 }), "a"]] }),
  ).toBe("placed on a");
  expect(preempt(aPod("p", { cpu: "2" }), { ...situation, nominated: [[aPod("q", { cpu: "2" }), "a"]] })).toBe(
    "0/1 nodes are available: 1 No preemption victims found for incoming pod.",
  );
});
