import { expect, test } from "bun:test";

import { events, namespaces, leases, nodes, pods } from "../../api/resources.ts";
import type { Node } from "../../api/types/core-v1.ts";
import { microTimestamp } from "../../lib/time/clock.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { podGarbageCollector } from "../pod-garbage-collector.ts";
import { nodeLifecycleController } from "./node-lifecycle.ts";
import { taintEvictionController } from "./taint-eviction.ts";

const SECOND = 1000;

async function addNode({ client }: TestControllers, name: string): Promise<void> {
  const node = await client.resource(nodes).create({ apiVersion: "v1", kind: "Node", metadata: { name } });
  const conditions = [
    { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
  ];
  await client.resource(nodes).updateStatus({ ...node, status: { conditions } });
}

const addPod = ({ client }: TestControllers, name: string, nodeName: string) =>
  client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      nodeName,
      containers: [{ name: "main", image: "web" }],
      tolerations: ["not-ready", "unreachable"].map((taint) => ({
        key: `node.kubernetes.io/${taint}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 300,
      })),
    },
  });

const readiness = (all: readonly Node[], name: string): string | undefined =>
  all.find(({ metadata }) => metadata.name === name)?.status?.conditions?.find(({ type }) => type === "Ready")?.status;

test("a node that falls silent is tainted and loses its pods when they no longer tolerate it; one that renews its lease is not", async () => {
  const clock = new FakeClock();
  await using cluster = await startTestControllers([nodeLifecycleController, taintEvictionController], { clock });
  const { client } = cluster;
  await client
    .resource(namespaces)
    .create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-node-lease" } });
  await addNode(cluster, "silent");
  await addNode(cluster, "alive");
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "alive", namespace: "kube-node-lease" },
  };
  await client.resource(leases).create({ ...lease, spec: { renewTime: microTimestamp(clock.now()) } });
  const advanceAndRenew = async (ms: number): Promise<void> => {
    clock.advance(ms);
    const renewTime = microTimestamp(clock.now());
    await client
      .resource(leases)
      .patch({ name: "alive", namespace: "kube-node-lease" }, { spec: { renewTime } }, { type: "merge" });
    await cluster.eventually(leases, ([found]) => found?.spec?.renewTime === renewTime);
  };
  await addPod(cluster, "web", "silent");
  await cluster.eventually(
    nodes,
    (all) => all.every(({ metadata }) => readiness(all, metadata.name ?? "") === "True") && all.length === 2,
  );

  await advanceAndRenew(40 * SECOND);
  await advanceAndRenew(11 * SECOND);
  const tainted = await cluster.eventually(nodes, (all) =>
    all.find(({ metadata, spec }) => metadata.name === "silent" && spec?.taints?.length === 2),
  );
  expect(tainted.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`).toSorted()).toEqual([
    "node.kubernetes.io/unreachable:NoExecute",
    "node.kubernetes.io/unreachable:NoSchedule",
  ]);
  expect(readiness((await client.resource(nodes).list()).items, "alive")).toBe("True");

  const isEvicted = async (): Promise<boolean> =>
    (await client.resource(pods).get({ name: "web", namespace: "default" })).metadata.deletionTimestamp !== undefined;
  while (!(await isEvicted())) await advanceAndRenew(20 * SECOND);
  expect(clock.now() - Date.parse("2026-01-01T00:00:51Z")).toBeGreaterThanOrEqual(300 * SECOND);
  const evicted = await client.resource(pods).get({ name: "web", namespace: "default" });
  expect(evicted.status?.conditions?.find(({ type }) => type === "DisruptionTarget")?.reason).toBe(
    "DeletionByTaintManager",
  );
});

test("nodes that fail together lose their pods one after the other", async () => {
  const clock = new FakeClock();
  await using cluster = await startTestControllers([nodeLifecycleController], { clock });
  const { client } = cluster;
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) await addNode(cluster, name);
  await cluster.eventually(nodes, (all) => names.every((name) => readiness(all, name) === "True"));
  const setReady = async (name: string, status: string): Promise<void> => {
    const node = await client.resource(nodes).get({ name });
    await client.resource(nodes).updateStatus({ ...node, status: { conditions: [{ type: "Ready", status }] } });
  };
  const evicted = (all: readonly Node[], effect = "NoExecute"): number =>
    all.filter(({ spec }) => spec?.taints?.some((taint) => taint.effect === effect)).length;
  await setReady("a", "False");
  await setReady("b", "False");
  await cluster.eventually(nodes, (all) => evicted(all, "NoSchedule") === 2);
  expect(evicted((await client.resource(nodes).list()).items)).toBe(1);
  clock.advance(9 * SECOND);
  // A change that the controller has to react to shows that it had its chance.
  await setReady("c", "False");
  await cluster.eventually(nodes, (all) => evicted(all, "NoSchedule") === 3);
  expect(evicted((await client.resource(nodes).list()).items)).toBe(1);
  await setReady("c", "True");
  await cluster.eventually(nodes, (all) => evicted(all, "NoSchedule") === 2);
  clock.advance(1 * SECOND);
  await cluster.eventually(nodes, (all) => evicted(all) === 2);
});

test("the pods of a node that is gone for good are given up", async () => {
  const clock = new FakeClock();
  await using cluster = await startTestControllers([podGarbageCollector], { clock });
  await addNode(cluster, "doomed");
  await addPod(cluster, "web", "doomed");
  await cluster.client.resource(nodes).delete({ name: "doomed" });
  const isThere = async (): Promise<boolean> =>
    (await cluster.client.resource(pods).find({ name: "web", namespace: "default" })) !== undefined;
  while (await isThere()) {
    clock.advance(10 * SECOND);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(clock.now() - Date.parse("2026-01-01T00:00:00Z")).toBeGreaterThanOrEqual(40 * SECOND);
});

test("nodes that come and go are told", async () => {
  await using cluster = await startTestControllers([nodeLifecycleController]);
  const told = (reason: string): Promise<string> =>
    cluster.eventually(events, (all) => all.find((event) => event.reason === reason)?.message);
  await addNode(cluster, "node-a");
  expect(await told("RegisteredNode")).toBe("Node node-a event: Registered Node node-a in Controller");
  await cluster.client.resource(nodes).delete({ name: "node-a" });
  expect(await told("RemovingNode")).toBe("Node node-a event: Removing Node node-a from Controller");
});
