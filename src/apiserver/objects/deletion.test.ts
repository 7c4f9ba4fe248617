import { expect, test } from "bun:test";

import type { Kind } from "../../api/kind.ts";
import { configMap } from "../../api/kinds/core/config-map.ts";
import { event } from "../../api/kinds/core/event.ts";
import { namespace } from "../../api/kinds/core/namespace.ts";
import { pod } from "../../api/kinds/core/pod.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { deletion, type Deletion } from "./deletion.ts";
import type { DeleteChoices } from "./object-delete.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, "0")}Z`;

const object = (metadata: KubeObject["metadata"] = {}, rest: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name: "a", ...metadata },
  ...rest,
});

const running = (metadata: KubeObject["metadata"] = {}, phase = "Running"): KubeObject =>
  object(metadata, {
    spec: { nodeName: "n1", containers: [], terminationGracePeriodSeconds: 30 },
    status: { phase },
  });

/** What a deletion comes to, and the metadata it leaves. */
function decided(kind: Kind, current: KubeObject, options: DeleteChoices = {}) {
  const step: Deletion = deletion(kind, current, options, NOW);
  if (step.action !== "mark") return step.action;
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = step.draft.metadata;
  return { deletionTimestamp, deletionGracePeriodSeconds, finalizers };
}

test("An object that nothing holds goes at once", () => {
  expect(decided(configMap, object())).toBe("remove");
});

test("A finalizer holds an object", () => {
  expect(decided(configMap, object({ finalizers: ["example.com/hold"] }))).toEqual({
    deletionTimestamp: at(0),
    deletionGracePeriodSeconds: 0,
    finalizers: ["example.com/hold"],
  });
});

test("Propagation becomes the finalizer that the garbage collector serves", () => {
  const marked = (propagationPolicy: string) => decided(configMap, object(), { propagationPolicy });
  expect(marked("Foreground")).toMatchObject({ finalizers: ["foregroundDeletion"] });
  expect(marked("Orphan")).toMatchObject({ finalizers: ["orphan"] });
  expect(marked("Background")).toBe("remove");
  expect(decided(configMap, object(), { orphanDependents: true })).toMatchObject({ finalizers: ["orphan"] });
});

test("A policy replaces the other one's finalizer", () => {
  const orphaned = object({ finalizers: ["orphan", "example.com/hold"] });
  expect(decided(configMap, orphaned, { propagationPolicy: "Foreground" })).toMatchObject({
    finalizers: ["example.com/hold", "foregroundDeletion"],
  });
});

test("Events know no propagation", () => {
  expect(decided(event as unknown as Kind, object(), { propagationPolicy: "Orphan" })).toBe("remove");
});

test("A running pod gets its grace period", () => {
  expect(decided(pod, running())).toMatchObject({ deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 });
  expect(decided(pod, running(), { gracePeriodSeconds: 5 })).toMatchObject({ deletionTimestamp: at(5) });
  expect(decided(pod, running(), { gracePeriodSeconds: -1 })).toMatchObject({ deletionTimestamp: at(1) });
});

test("A pod without a node, or one that is over, goes at once", () => {
  expect(decided(pod, object({}, { spec: { containers: [] } }))).toBe("remove");
  expect(decided(pod, running({}, "Succeeded"))).toBe("remove");
});

test("The second step of a pod's deletion removes it", () => {
  const leaving = running({ deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 });
  expect(decided(pod, leaving, { gracePeriodSeconds: 0 })).toBe("remove");
});

test("A grace period can be made shorter only", () => {
  const leaving = running({ deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 });
  expect(decided(pod, leaving, {})).toBe("none");
  expect(decided(pod, leaving, { gracePeriodSeconds: 60 })).toBe("none");
  expect(decided(pod, leaving, { gracePeriodSeconds: 10 })).toMatchObject({
    deletionTimestamp: at(10),
    deletionGracePeriodSeconds: 10,
  });
});

test("A namespace waits for its own finalizers, and says so to who asks again", () => {
  const shop = object({}, { spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } });
  expect(decided(namespace, shop)).toEqual({
    deletionTimestamp: at(0),
    deletionGracePeriodSeconds: undefined,
    finalizers: undefined,
  });
  expect(decided(namespace, { ...shop, metadata: { name: "a", deletionTimestamp: at(0) } })).toBe("refuse");
});
