import { describe, expect, test } from "bun:test";

import { parseFieldSelector } from "../../field-selector.ts";
import type { Pod, PodSpec, PodStatus } from "../../types/core-v1.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import { pod } from "./pod.ts";
import { podStatusSubresource } from "./pod/pod-strategy.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");

const aPod = (spec: Partial<PodSpec> = {}, status: PodStatus = {}, metadata: ObjectMeta = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", creationTimestamp: "2026-01-01T00:00:00Z", ...metadata },
  spec: { containers: [{ name: "a", image: "busybox" }], ...spec },
  status,
});

const row = (object: Pod): unknown[] => pod.columns.map(({ value }) => value(object, { now: NOW }));

test("a pod's row has upstream's columns", () => {
  expect(pod.columns.map(({ name, priority }) => `${name} ${priority}`)).toEqual([
    "Name 0",
    "Ready 0",
    "Status 0",
    "Restarts 0",
    "Age 0",
    "IP 1",
    "Node 1",
    "Nominated Node 1",
    "Readiness Gates 1",
  ]);
  expect(row(aPod({}, { phase: "Pending" }))).toEqual([
    "web",
    "0/1",
    "Pending",
    "0",
    "60m",
    "<none>",
    "<none>",
    "<none>",
    "<none>",
  ]);
  const status: PodStatus = {
    phase: "Running",
    podIPs: [{ ip: "10.0.0.2" }],
    nominatedNodeName: "node-2",
    conditions: [{ type: "example.com/ready", status: "True" }],
    containerStatuses: [
      {
        name: "a",
        image: "",
        imageID: "",
        ready: true,
        restartCount: 3,
        state: { running: {} },
        lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:55:00Z" } },
      },
    ],
  };
  const readinessGates = [{ conditionType: "example.com/ready" }, { conditionType: "example.com/other" }];
  expect(row(aPod({ nodeName: "node-1", readinessGates }, status)).slice(1)).toEqual([
    "1/1",
    "Running",
    "3 (5m ago)",
    "60m",
    "10.0.0.2",
    "node-1",
    "node-2",
    "1/2",
  ]);
});

test("pods are selected by their fields, spec.host being the old name of spec.nodeName", () => {
  const object = aPod({ nodeName: "n", hostNetwork: true }, { phase: "Running", podIPs: [{ ip: "10.0.0.2" }] });
  const matches = (text: string): boolean => parseFieldSelector(text, pod.selectableFields).matches(object);
  expect(matches("spec.nodeName=n,status.phase=Running,status.podIP=10.0.0.2,spec.hostNetwork=true")).toBe(true);
  expect(matches("spec.host=n")).toBe(true);
  expect(matches("status.phase!=Running")).toBe(false);
  expect(() => matches("spec.image=busybox")).toThrow("field label not supported: spec.image");
});

const CONTEXT = { now: 0, user: { name: "jane", groups: [] } };

describe("prepareCreate", () => {
  test("starts every pod as Pending with its QoS class, whatever its status said", () => {
    const draft = aPod({}, { phase: "Running", podIP: "10.0.0.9" });
    pod.strategy.prepareCreate?.(draft, CONTEXT);
    expect(draft.status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
  });

  test("tells that a gated pod is not scheduled", () => {
    const draft = aPod({ schedulingGates: [{ name: "example.com/wait" }] });
    pod.strategy.prepareCreate?.(draft, CONTEXT);
    expect(draft.status?.conditions).toEqual([
      {
        type: "PodScheduled",
        status: "False",
        lastTransitionTime: "2026-01-01T00:00:00Z",
        reason: "SchedulingGated",
        message: "Scheduling is blocked due to non-empty scheduling gates",
      },
    ]);
  });

  test("turns matchLabelKeys into expressions on the pod's own labels", () => {
    const term = {
      topologyKey: "zone",
      labelSelector: {},
      matchLabelKeys: ["app", "absent"],
      mismatchLabelKeys: ["tier"],
    };
    const constraint = {
      maxSkew: 1,
      topologyKey: "zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: {},
      matchLabelKeys: ["app"],
    };
    const draft = aPod(
      {
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [structuredClone(term)] } },
        topologySpreadConstraints: [structuredClone(constraint)],
      },
      {},
      { labels: { app: "web", tier: "front" } },
    );
    pod.strategy.prepareCreate?.(draft, CONTEXT);
    const app = { key: "app", operator: "In", values: ["web"] };
    const required = draft.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    expect(required?.[0]?.labelSelector).toEqual({
      matchExpressions: [app, { key: "tier", operator: "NotIn", values: ["front"] }],
    });
    expect(draft.spec?.topologySpreadConstraints?.[0]?.labelSelector).toEqual({ matchExpressions: [app] });
  });
});

test("a status update keeps owners, QoS class and what was observed", () => {
  const old = aPod(
    {},
    {
      qosClass: "Burstable",
      observedGeneration: 2,
      conditions: [{ type: "Ready", status: "False", observedGeneration: 1 }],
    },
    { ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "1" }] },
  );
  const draft = aPod({}, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] });
  podStatusSubresource.prepareUpdate?.(draft, old, CONTEXT);
  expect(draft.metadata.ownerReferences).toEqual(old.metadata.ownerReferences);
  expect(draft.status).toEqual({
    phase: "Running",
    qosClass: "Burstable",
    observedGeneration: 2,
    conditions: [{ type: "Ready", status: "True", observedGeneration: 1 }],
  });
});

const grace = (object: Pod): unknown =>
  pod.strategy.deletesAtOnce?.(object) || pod.strategy.gracePeriodSeconds?.(object);

test("only running pods on a node are deleted gracefully", () => {
  expect(grace(aPod({ nodeName: "n", terminationGracePeriodSeconds: 30 }, { phase: "Running" }))).toBe(30);
  expect(grace(aPod({ terminationGracePeriodSeconds: 30 }))).toBe(true);
  expect(grace(aPod({ nodeName: "n", terminationGracePeriodSeconds: 30 }, { phase: "Succeeded" }))).toBe(true);
});
