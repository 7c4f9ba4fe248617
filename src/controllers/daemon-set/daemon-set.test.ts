import { expect, test } from "bun:test";

import { controllerrevisions, daemonsets, events, nodes, pods } from "../../api/resources.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { runPodsAtOnce, startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { targetNode } from "./daemon-pod.ts";
import { daemonSetController } from "./daemon-set.ts";

const key = { name: "agent", namespace: "default" };

const aDaemonSet = (image: string, spec: Partial<DaemonSet["spec"]> = {}): DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { ...key },
  spec: {
    selector: { matchLabels: { app: "agent" } },
    template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "main", image }] } },
    ...spec,
  },
});

async function addNode({ client }: TestControllers, name: string, labels: Record<string, string> = {}): Promise<void> {
  await client.resource(nodes).create({ apiVersion: "v1", kind: "Node", metadata: { name, labels } });
  // New nodes are tainted until they are ready, and these never are.
  await client.resource(nodes).patch({ name }, { spec: { taints: null } }, { type: "merge" });
}

const setImage = ({ client }: TestControllers, image: string): Promise<DaemonSet> =>
  client
    .resource(daemonsets)
    .patch(key, { spec: { template: { spec: { containers: [{ name: "main", image }] } } } }, { type: "strategic" });

const isDone = ({ metadata, status }: DaemonSet, count: number): boolean =>
  status?.observedGeneration === metadata.generation &&
  status?.desiredNumberScheduled === count &&
  status.updatedNumberScheduled === count &&
  status.numberAvailable === count;

const images = (all: readonly Pod[]): (string | undefined)[] => all.map(({ spec }) => spec?.containers[0]?.image);

test("a DaemonSet has a pod on every node that fits, also on one that comes later, and none where it no longer fits", async () => {
  await using cluster = await startTestControllers([daemonSetController]);
  runPodsAtOnce(cluster);
  await addNode(cluster, "a", { disk: "ssd" });
  await addNode(cluster, "b");
  const template = {
    metadata: { labels: { app: "agent" } },
    spec: { containers: [{ name: "main", image: "agent:1" }], nodeSelector: { disk: "ssd" } },
  };
  await cluster.client.resource(daemonsets).create(aDaemonSet("agent:1", { template }));
  await cluster.eventually(daemonsets, ([found]) => found && isDone(found, 1));
  await addNode(cluster, "c", { disk: "ssd" });
  await cluster.eventually(daemonsets, ([found]) => found && isDone(found, 2));
  const placed = await cluster.eventually(pods, (found) => found.length === 2 && found);
  expect(placed.map((pod) => targetNode(pod) ?? "").toSorted()).toEqual(["a", "c"]);

  await cluster.client
    .resource(nodes)
    .patch({ name: "a" }, { metadata: { labels: { disk: null } } }, { type: "merge" });
  const left = await cluster.eventually(pods, (found) => found.length === 1 && found);
  expect(left.map(targetNode)).toEqual(["c"]);
});

test("a DaemonSet replaces its pods a few at a time, keeps the revisions, and goes back to one", async () => {
  await using cluster = await startTestControllers([daemonSetController]);
  runPodsAtOnce(cluster);
  for (const name of ["a", "b", "c"]) await addNode(cluster, name);
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
  await cluster.client.resource(daemonsets).create(aDaemonSet("agent:1", { updateStrategy }));
  await cluster.eventually(daemonsets, ([found]) => found && isDone(found, 3));
  let fewest = 3;
  cluster.informers.informer(pods).onChange({
    deleted() {
      fewest = Math.min(fewest, cluster.informers.informer(pods).list().length);
    },
  });
  await setImage(cluster, "agent:2");
  await cluster.eventually(daemonsets, ([found]) => found?.metadata.generation === 2 && isDone(found, 3));
  expect(images(await cluster.eventually(pods, (found) => found.length === 3 && found))).toEqual(
    Array(3).fill("agent:2"),
  );
  expect(fewest).toBe(2);

  await setImage(cluster, "agent:1");
  await cluster.eventually(daemonsets, ([found]) => found?.metadata.generation === 3 && isDone(found, 3));
  const revisions = await cluster.eventually(controllerrevisions, (found) => found.length === 2 && found);
  expect(revisions.map(({ revision }) => revision).toSorted((x, y) => x - y)).toEqual([2, 3]);
});

test("a DaemonSet that surges starts the new pod beside the old one", async () => {
  await using cluster = await startTestControllers([daemonSetController]);
  runPodsAtOnce(cluster);
  await addNode(cluster, "a");
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  await cluster.client.resource(daemonsets).create(aDaemonSet("agent:1", { updateStrategy }));
  await cluster.eventually(daemonsets, ([found]) => found && isDone(found, 1));
  const counts: number[] = [];
  const count = (): void => void counts.push(cluster.informers.informer(pods).list().length);
  cluster.informers.informer(pods).onChange({ added: count, deleted: count });
  await setImage(cluster, "agent:2");
  await cluster.eventually(daemonsets, ([found]) => found?.metadata.generation === 2 && isDone(found, 1));
  await cluster.eventually(pods, (found) => found.length === 1);
  expect(counts).toEqual([1, 2, 1]);
});

test("a DaemonSet replaces a failed pod and says so", async () => {
  await using cluster = await startTestControllers([daemonSetController]);
  await addNode(cluster, "a");
  await cluster.client.resource(daemonsets).create(aDaemonSet("agent:1"));
  const pod = await cluster.eventually(pods, ([found]) => found);
  await cluster.client.resource(pods).updateStatus({ ...pod, status: { phase: "Failed" } });
  await cluster.eventually(pods, ([found]) => found && found.metadata.uid !== pod.metadata.uid);
  const told = await cluster.eventually(events, (found) => found.find(({ reason }) => reason === "FailedDaemonPod"));
  expect(told.message).toBe(
    `Found failed daemon pod default/${pod.metadata.name ?? ""} on node a, will try to kill it`,
  );
});
