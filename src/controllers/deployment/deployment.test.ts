import { expect, test } from "bun:test";

import { deployments, events, namespaces, pods, replicasets } from "../../api/resources.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import { runPodsAtOnce, startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { replicaSetController } from "../replica-set.ts";
import { deploymentController } from "./deployment.ts";

const key = { name: "web", namespace: "default" };

function aDeployment(image: string, spec: Partial<Deployment["spec"]> = {}): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...key },
    spec: {
      replicas: 3,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image }] } },
      ...spec,
    },
  };
}

async function startCluster(): Promise<TestControllers> {
  const cluster = await startTestControllers([deploymentController, replicaSetController]);
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } };
  if (!(await cluster.client.resource(namespaces).find({ name: "default" }))) {
    await cluster.client.resource(namespaces).create(namespace);
  }
  return cluster;
}

/** Replaces the spec, whatever the status has become meanwhile. */
async function setTemplate({ client }: TestControllers, wanted: Deployment): Promise<void> {
  const { annotations } = (await client.resource(deployments).get(key)).metadata;
  await client.resource(deployments).update({ ...wanted, metadata: { ...key, annotations } });
}

const conditions = ({ status }: Deployment): Record<string, string> =>
  Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status: value, reason = "" }) => [type, `${value} ${reason}`]),
  );

const isRolledOut = ({ metadata, status }: Deployment, replicas: number): boolean =>
  status?.observedGeneration === metadata.generation &&
  status?.updatedReplicas === replicas &&
  status.replicas === replicas &&
  status.availableReplicas === replicas;

test("a Deployment gets its pods and tells that they are available", async () => {
  await using cluster = await startCluster();
  runPodsAtOnce(cluster);
  await cluster.client.resource(deployments).create(aDeployment("web:1"));
  const done = await cluster.eventually(deployments, ([found]) =>
    found && isRolledOut(found, 3) && conditions(found)["Progressing"] === "True NewReplicaSetAvailable"
      ? found
      : undefined,
  );
  expect({
    revision: done.metadata.annotations?.["deployment.kubernetes.io/revision"],
    conditions: conditions(done),
  }).toEqual({
    revision: "1",
    conditions: { Available: "True MinimumReplicasAvailable", Progressing: "True NewReplicaSetAvailable" },
  });
  const told = await cluster.eventually(events, (found) => found.length >= 4 && found);
  expect(told.map(({ reason, source }) => `${source?.component} ${reason}`).toSorted()).toEqual([
    "deployment-controller ScalingReplicaSet",
    "replicaset-controller SuccessfulCreate",
    "replicaset-controller SuccessfulCreate",
    "replicaset-controller SuccessfulCreate",
  ]);
});

test("a rolling update keeps to its limits, and its undoing brings the old ReplicaSet back", async () => {
  await using cluster = await startCluster();
  runPodsAtOnce(cluster);
  const resource = cluster.client.resource(deployments);
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  await resource.create(aDeployment("web:1", { strategy }));
  await cluster.eventually(deployments, ([found]) => found && isRolledOut(found, 3));

  let most = 0;
  let fewestReady = 3;
  cluster.informers.informer(pods).onChange({
    added() {
      const all = cluster.informers.informer(pods).list();
      most = Math.max(most, all.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length);
    },
    updated() {
      const ready = cluster.informers
        .informer(pods)
        .list()
        .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase === "Running");
      fewestReady = Math.min(fewestReady, ready.length);
    },
  });
  await setTemplate(cluster, aDeployment("web:2", { strategy }));
  await cluster.eventually(deployments, ([found]) => found?.metadata.generation === 2 && isRolledOut(found, 3));
  expect({ most, fewestReady }).toEqual({ most: 4, fewestReady: 3 });

  await setTemplate(cluster, aDeployment("web:1", { strategy }));
  const undone = await cluster.eventually(deployments, ([found]) =>
    found?.metadata.generation === 3 && isRolledOut(found, 3) ? found : undefined,
  );
  expect(undone.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  const replicaSets = await cluster.eventually(replicasets, (found) => found.length === 2 && found);
  const annotation = "deployment.kubernetes.io/revision";
  expect(
    replicaSets
      .map(({ metadata: { annotations = {} }, spec }) => ({
        revision: annotations[annotation] ?? "",
        history: annotations[`${annotation}-history`],
        replicas: spec?.replicas,
      }))
      .toSorted((x, y) => Number(x.revision) - Number(y.revision)),
  ).toEqual([
    { revision: "2", history: undefined, replicas: 0 },
    { revision: "3", history: "1", replicas: 3 },
  ]);
});

test("a Deployment that recreates starts nothing new while old pods are there", async () => {
  await using cluster = await startCluster();
  runPodsAtOnce(cluster);
  const resource = cluster.client.resource(deployments);
  await resource.create(aDeployment("web:1", { strategy: { type: "Recreate" } }));
  await cluster.eventually(deployments, ([found]) => found && isRolledOut(found, 3));
  const images = new Set<string>();
  cluster.informers.informer(pods).onChange({
    added() {
      const all = cluster.informers.informer(pods).list();
      images.add(
        all
          .map(({ spec }) => spec?.containers[0]?.image)
          .filter((image, index, list) => list.indexOf(image) === index)
          .join(),
      );
    },
  });
  await setTemplate(cluster, aDeployment("web:2", { strategy: { type: "Recreate" } }));
  await cluster.eventually(deployments, ([found]) => found?.metadata.generation === 2 && isRolledOut(found, 3));
  expect([...images]).toEqual(["web:1", "web:2"]);
});
