import { expect, test } from "bun:test";

import type { Pod } from "../../api/types/core-v1.ts";
import { drainablePods, type DrainOptions } from "./drainable-pods.ts";

const owner = (kind: string) => [{ apiVersion: "apps/v1", kind, name: "owner", uid: "1", controller: true }];

const pod = (name: string, rest: { metadata?: object; spec?: object; status?: object } = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "web", ownerReferences: owner("ReplicaSet"), ...rest.metadata },
  spec: { containers: [], ...rest.spec },
  status: { phase: "Running", ...rest.status },
});

const options: DrainOptions = {
  force: false,
  ignoresDaemonSets: false,
  deletesEmptyDirData: false,
  skipsAfterSeconds: 0,
  now: Date.parse("2026-01-01T00:01:00Z"),
};
const none = new Map<string, never>();

const drained = (pods: readonly Pod[], changes: Partial<DrainOptions> = {}, problems = none) => {
  const found = drainablePods(pods, { ...options, ...changes }, problems);
  return { ...found, pods: found.pods.map(({ metadata }) => metadata.name) };
};

const ofDaemonSet = pod("daemon", { metadata: { ownerReferences: owner("DaemonSet") } });
const lonely = pod("lonely", { metadata: { ownerReferences: [] } });
const local = pod("local", { spec: { volumes: [{ name: "v", emptyDir: {} }] } });

test("drainablePods lets pods of controllers go, and static pods stay", () => {
  const mirror = pod("static", { metadata: { annotations: { "kubernetes.io/config.mirror": "x" } } });
  expect(drained([pod("web"), mirror])).toEqual({ pods: ["web"], warnings: "", problems: [] });
});

test("drainablePods names what stands in the way, by reason", () => {
  expect(drained([ofDaemonSet, lonely, local]).problems).toEqual([
    "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): web/daemon",
    "cannot delete Pods that declare no controller (use --force to override): web/lonely",
    "cannot delete Pods with local storage (use --delete-emptydir-data to override): web/local",
  ]);
});

test("drainablePods warns of what it was told to ignore", () => {
  const changes = { ignoresDaemonSets: true, force: true, deletesEmptyDirData: true };
  expect(drained([ofDaemonSet, lonely, local], changes)).toEqual({
    pods: ["lonely", "local"],
    warnings: "ignoring DaemonSet-managed Pods: web/daemon; deleting Pods that declare no controller: web/lonely",
    problems: [],
  });
});

test("drainablePods lets finished pods go whatever they are", () => {
  const finished = pod("done", { metadata: { ownerReferences: [] }, status: { phase: "Succeeded" } });
  expect(drained([finished]).pods).toEqual(["done"]);
});

test("drainablePods tells of a DaemonSet that is gone, and with force lets its pods go", () => {
  const problems = new Map([["web/owner", { message: "not found", isNotFound: true }]]);
  expect(drainablePods([ofDaemonSet], options, problems).problems).toEqual(["cannot delete not found: web/daemon"]);
  expect(drainablePods([ofDaemonSet], { ...options, force: true }, problems).pods).toHaveLength(1);
});

test("drainablePods skips pods that have been leaving for long", () => {
  const leaving = pod("leaving", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
  expect(drained([leaving], { skipsAfterSeconds: 30 }).pods).toEqual([]);
  expect(drained([leaving], { skipsAfterSeconds: 60 }).pods).toEqual(["leaving"]);
});
