import { expect, test } from "bun:test";

import { controllerrevisions, events, persistentvolumeclaims, pods, statefulsets } from "../../api/resources.ts";
import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { runPodsAtOnce, startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { statefulSetController } from "./stateful-set.ts";

const key = { name: "db", namespace: "default" };

const aStatefulSet = (spec: Partial<StatefulSet["spec"]> = {}): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { ...key },
  spec: {
    replicas: 3,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "main", image: "db:1" }] } },
    ...spec,
  },
});

const isDone = ({ metadata, status }: StatefulSet, count: number): boolean =>
  status?.observedGeneration === metadata.generation &&
  (status?.updatedReplicas ?? 0) === count &&
  status?.replicas === count &&
  (status.availableReplicas ?? 0) === count &&
  status.currentRevision === status.updateRevision;

const names = (all: readonly Pod[]): string[] => all.map(({ metadata }) => metadata.name ?? "").toSorted();

const patch = ({ client }: TestControllers, spec: unknown): Promise<StatefulSet> =>
  client.resource(statefulsets).patch(key, { spec }, { type: "strategic" });

/** The order in which pods come and go from now on. */
function comingsAndGoings({ informers }: TestControllers): string[] {
  const log: string[] = [];
  informers.informer(pods).onChange({
    added: ({ metadata }) => void log.push(`+${metadata.name ?? ""}`),
    deleted: ({ metadata }) => void log.push(`-${metadata.name ?? ""}`),
  });
  return log;
}

test("a StatefulSet starts its pods one after the other, and ends them in the opposite order", async () => {
  await using cluster = await startTestControllers([statefulSetController]);
  const log = comingsAndGoings(cluster);
  let mayRun = false;
  runPodsAtOnce(cluster, ({ metadata }) => mayRun || metadata.name === "db-0");
  await cluster.client.resource(statefulsets).create(aStatefulSet());
  await cluster.eventually(statefulsets, ([set]) => set?.status?.replicas === 2 && set.status.readyReplicas === 1);
  expect(log).toEqual(["+db-0", "+db-1"]);

  mayRun = true;
  const waiting = await cluster.client.resource(pods).get({ name: "db-1", namespace: "default" });
  const ready = [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }];
  await cluster.client.resource(pods).updateStatus({ ...waiting, status: { phase: "Running", conditions: ready } });
  await cluster.eventually(statefulsets, ([set]) => set && isDone(set, 3));
  await patch(cluster, { replicas: 0 });
  await cluster.eventually(statefulsets, ([set]) => set && isDone(set, 0));
  expect(log).toEqual(["+db-0", "+db-1", "+db-2", "-db-2", "-db-1", "-db-0"]);
  const told = await cluster.eventually(events, (found) => found.find(({ reason }) => reason === "SuccessfulDelete"));
  expect(told.message).toBe("Delete Pod db-2 in StatefulSet db successful");
});

test("a StatefulSet updates from the last pod to the first, no further than the partition", async () => {
  await using cluster = await startTestControllers([statefulSetController]);
  runPodsAtOnce(cluster);
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 1 } };
  await cluster.client.resource(statefulsets).create(aStatefulSet({ updateStrategy }));
  await cluster.eventually(statefulsets, ([set]) => set && isDone(set, 3));
  const log = comingsAndGoings(cluster);
  log.length = 0;
  await patch(cluster, { template: { spec: { containers: [{ name: "main", image: "db:2" }] } } });
  await cluster.eventually(
    statefulsets,
    ([set]) => set?.status?.updatedReplicas === 2 && set.status.availableReplicas === 3,
  );
  expect(log).toEqual(["-db-2", "+db-2", "-db-1", "+db-1"]);
  const images = (await cluster.client.resource(pods).list()).items.map(({ metadata, spec }) => [
    metadata.name,
    spec?.containers[0]?.image,
  ]);
  expect(Object.fromEntries(images)).toEqual({ "db-0": "db:1", "db-1": "db:2", "db-2": "db:2" });

  // Below the partition a pod comes back as it was.
  await cluster.client.resource(pods).delete({ name: "db-0", namespace: "default" });
  await cluster.eventually(pods, (found) => log.includes("+db-0") && found.length === 3);
  const again = await cluster.client.resource(pods).get({ name: "db-0", namespace: "default" });
  expect(again.spec?.containers[0]?.image).toBe("db:1");
  await patch(cluster, { updateStrategy: { rollingUpdate: { partition: 0 } } });
  await cluster.eventually(statefulsets, ([set]) => set && isDone(set, 3));
  expect(await cluster.eventually(controllerrevisions, (found) => found.length)).toBe(2);
});

test("pods of a StatefulSet keep their names, host names and claims; claims go with the pods if the set says so", async () => {
  await using cluster = await startTestControllers([statefulSetController]);
  runPodsAtOnce(cluster);
  await cluster.client.resource(statefulsets).create(
    aStatefulSet({
      replicas: 2,
      podManagementPolicy: "Parallel",
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    }),
  );
  await cluster.eventually(statefulsets, ([set]) => set && isDone(set, 2));
  const found = await cluster.eventually(pods, (all) => all.length === 2 && all);
  expect(names(found)).toEqual(["db-0", "db-1"]);
  const first = found.find(({ metadata }) => metadata.name === "db-0");
  expect(first?.spec).toMatchObject({
    hostname: "db-0",
    subdomain: "db",
    volumes: expect.arrayContaining([{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }]),
  });
  const second = found.find(({ metadata }) => metadata.name === "db-1");

  await patch(cluster, { replicas: 1 });
  const owned = await cluster.eventually(persistentvolumeclaims, (all) =>
    all.find(({ metadata }) => metadata.ownerReferences),
  );
  expect([owned.metadata.name, owned.metadata.ownerReferences?.[0]?.uid]).toEqual([
    "data-db-1",
    second?.metadata.uid ?? "",
  ]);
});
