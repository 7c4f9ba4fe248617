import { expect, test } from "bun:test";

import { events, nodes, persistentvolumeclaims, pods, priorityclasses, storageclasses } from "../api/resources.ts";
import type { PersistentVolumeClaim, Pod, PodSpec } from "../api/types/core-v1.ts";
import { InformerFactory } from "../client/informer-factory.ts";
import { silentLogger } from "../lib/logger.ts";
import { systemClock } from "../lib/time/clock.ts";
import { deepFreeze } from "../testing/deep-freeze.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import { startScheduler } from "./scheduler.ts";

const clock = systemClock;
const log = silentLogger;

async function startCluster() {
  await using starting = new AsyncDisposableStack();
  const { client } = starting.use(await startTestApiServer());
  const informers = starting.use(new InformerFactory(client, { clock, log, keep: deepFreeze }));
  starting.use(startScheduler({ client, informers, clock, log }));
  const running = starting.move();
  const podInformer = informers.informer(pods);
  const eventInformer = informers.informer(events);
  const untilStopped = new AbortController().signal;
  return {
    client,
    async addNode(name: string, allocatable: Record<string, string>): Promise<void> {
      const node = await client.resource(nodes).create({ apiVersion: "v1", kind: "Node", metadata: { name } });
      // A new node is tainted until the node lifecycle controller has seen that it is ready: here there is none.
      const free = await client.resource(nodes).update({ ...node, spec: {} });
      await client.resource(nodes).updateStatus({ ...free, status: { allocatable, capacity: allocatable } });
    },
    addPod: (name: string, cpu: string, spec: Partial<PodSpec> = {}) =>
      client.resource(pods).create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default" },
        spec: { containers: [{ name: "main", image: "web", resources: { requests: { cpu } } }], ...spec },
      }),
    async scheduled(name: string): Promise<Pod> {
      const find = (): Pod | undefined => {
        const pod = podInformer.get(`default/${name}`);
        return pod?.spec?.nodeName ? pod : undefined;
      };
      await podInformer.until(() => find() !== undefined, untilStopped);
      return find() ?? (await client.resource(pods).get({ name, namespace: "default" }));
    },
    async claimWith(name: string, annotation: string): Promise<PersistentVolumeClaim> {
      const claims = informers.informer(persistentvolumeclaims);
      const find = (): PersistentVolumeClaim | undefined =>
        claims.list().find(({ metadata }) => metadata.name === name && metadata.annotations?.[annotation]);
      await claims.until(() => find() !== undefined, untilStopped);
      return find() ?? (await client.resource(persistentvolumeclaims).get({ name, namespace: "default" }));
    },
    async podWith(name: string, isSo: (pod: Pod) => boolean): Promise<Pod> {
      const find = (): Pod | undefined => podInformer.list().find((pod) => pod.metadata.name === name && isSo(pod));
      await podInformer.until(() => find() !== undefined, untilStopped);
      return find() ?? (await client.resource(pods).get({ name, namespace: "default" }));
    },
    async told(reason: string): Promise<string> {
      const find = (): string | undefined => eventInformer.list().find((event) => event.reason === reason)?.message;
      await eventInformer.until(() => find() !== undefined, untilStopped);
      return find() ?? "";
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

test("the scheduler binds a pod to a node that has room, and says so", async () => {
  await using cluster = await startCluster();
  await cluster.addNode("small", { cpu: "1", memory: "1Gi", pods: "110" });
  await cluster.addNode("large", { cpu: "4", memory: "8Gi", pods: "110" });
  await cluster.addPod("web", "2");
  const pod = await cluster.scheduled("web");
  expect(pod.spec?.nodeName).toBe("large");
  expect(await cluster.told("Scheduled")).toBe("Successfully assigned default/web to large");
});

test("the scheduler spreads pods that are created together and never gives away more than a node has", async () => {
  await using cluster = await startCluster();
  for (const name of ["a", "b", "c"]) await cluster.addNode(name, { cpu: "2", memory: "4Gi", pods: "110" });
  const names = Array.from({ length: 6 }, (_, index) => `pod-${index}`);
  await Promise.all(names.map((name) => cluster.addPod(name, "1")));
  const placed = await Promise.all(names.map((name) => cluster.scheduled(name)));
  const byNode = Map.groupBy(placed, ({ spec }) => spec?.nodeName);
  expect([...byNode.values()].map((list) => list.length)).toEqual([2, 2, 2]);
});

test("the scheduler explains why no node will do, and tries again when room appears", async () => {
  await using cluster = await startCluster();
  await cluster.addNode("node-0", { cpu: "1", memory: "1Gi", pods: "110" });
  await cluster.addPod("first", "1");
  await cluster.scheduled("first");
  await cluster.addPod("second", "1");
  expect(await cluster.told("FailedScheduling")).toBe(
    "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, " +
      "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
  );
  await cluster.client.resource(pods).delete({ name: "first", namespace: "default" }, { gracePeriodSeconds: 0 });
  expect((await cluster.scheduled("second")).spec?.nodeName).toBe("node-0");
});

test("the scheduler leaves pods alone that are held back or belong to another scheduler", async () => {
  await using cluster = await startCluster();
  await cluster.addNode("node-0", { cpu: "1", memory: "1Gi", pods: "110" });
  await cluster.addPod("gated", "100m", { schedulingGates: [{ name: "example.com/wait" }] });
  await cluster.addPod("foreign", "100m", { schedulerName: "other" });
  await cluster.addPod("ours", "100m");
  await cluster.scheduled("ours");
  const { items } = await cluster.client.resource(pods).list();
  expect(items.filter(({ spec }) => spec?.nodeName).map(({ metadata }) => metadata.name)).toEqual(["ours"]);
});

test("the scheduler tells a claim the node of its first pod, and binds the pod when the claim has its volume", async () => {
  await using cluster = await startCluster();
  const { client } = cluster;
  await cluster.addNode("node-a", { cpu: "2", memory: "4Gi", pods: "110" });
  await client.resource(storageclasses).create({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "late" },
    provisioner: "example.com/late",
    volumeBindingMode: "WaitForFirstConsumer",
  });
  const claims = client.resource(persistentvolumeclaims);
  const key = { name: "data", namespace: "default" };
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  await cluster.addPod("web", "100m", { volumes });
  expect(await cluster.told("FailedScheduling")).toBe(
    '0/1 nodes are available: persistentvolumeclaim "data" not found. no new claims to deallocate, ' +
      "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
  );
  await claims.create({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: key,
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "late" },
  });
  const claim = await cluster.claimWith("data", "volume.kubernetes.io/selected-node");
  expect(claim.metadata.annotations?.["volume.kubernetes.io/selected-node"]).toBe("node-a");
  expect((await client.resource(pods).get({ name: "web", namespace: "default" })).spec?.nodeName).toBeUndefined();
  const annotations = { "pv.kubernetes.io/bind-completed": "yes" };
  await claims.patch(key, { metadata: { annotations }, spec: { volumeName: "pv" } }, { type: "merge" });
  expect((await cluster.scheduled("web")).spec?.nodeName).toBe("node-a");
});

test("the scheduler ends a less important pod for a more important one, which gets its place", async () => {
  await using cluster = await startCluster();
  const { client } = cluster;
  await cluster.addNode("node-a", { cpu: "2", memory: "4Gi", pods: "110" });
  await client.resource(priorityclasses).create({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "high" },
    value: 1000,
  });
  await cluster.addPod("low", "2");
  await cluster.scheduled("low");
  const high = await cluster.addPod("high", "2", { priorityClassName: "high" });
  const victim = await cluster.podWith("low", ({ metadata }) => metadata.deletionTimestamp !== undefined);
  expect(victim.status?.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({
    status: "True",
    reason: "PreemptionByScheduler",
    message: "default-scheduler: preempting to accommodate a higher priority pod",
  });
  expect(await cluster.told("Preempted")).toBe(`Preempted by pod ${high.metadata.uid} on node node-a`);
  const waiting = await cluster.podWith("high", ({ status }) => status?.nominatedNodeName !== undefined);
  expect(waiting.status?.nominatedNodeName).toBe("node-a");
  expect(await cluster.told("FailedScheduling")).toBe("0/1 nodes are available: 1 Insufficient cpu.");
  await client.resource(pods).delete({ name: "low", namespace: "default" }, { gracePeriodSeconds: 0 });
  const placed = await cluster.scheduled("high");
  expect([placed.spec?.nodeName, placed.status?.nominatedNodeName]).toEqual(["node-a", undefined]);
});
