import { expect, test } from "bun:test";

import { isApiError } from "../../api/api-error.ts";
import { builtInKinds } from "../../api/registry.ts";
import { deployments, poddisruptionbudgets, pods } from "../../api/resources.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import { runPodsAtOnce, startTestControllers } from "../../testing/test-controllers.ts";
import { deploymentController } from "../deployment/deployment.ts";
import { replicaSetController } from "../replica-set.ts";
import { disruptionController } from "./disruption.ts";

const budgetOf = (spec: PodDisruptionBudget["spec"]): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "web", namespace: "default" },
  spec: { selector: { matchLabels: { app: "web" } }, ...spec },
});

async function startWeb() {
  const cluster = await startTestControllers([
    deploymentController,
    replicaSetController,
    disruptionController(builtInKinds),
  ]);
  runPodsAtOnce(cluster);
  await cluster.client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image: "web" }] } },
    },
  });
  return cluster;
}

test("a budget counts the pods that its deployment wants, and evictions end where it is used up", async () => {
  await using cluster = await startWeb();
  const { client } = cluster;
  await client.resource(poddisruptionbudgets).create(budgetOf({ maxUnavailable: "34%" }));
  const budget = await cluster.eventually(poddisruptionbudgets, ([one]) =>
    one?.status?.currentHealthy === 3 ? one : undefined,
  );
  expect(budget.status).toMatchObject({
    currentHealthy: 3,
    desiredHealthy: 1,
    disruptionsAllowed: 2,
    expectedPods: 3,
    observedGeneration: 1,
    conditions: [{ type: "DisruptionAllowed", status: "True", reason: "SufficientPods", observedGeneration: 1 }],
  });
});

test("a budget without room lets no pod be evicted", async () => {
  await using cluster = await startWeb();
  const { client } = cluster;
  await client.resource(poddisruptionbudgets).create(budgetOf({ minAvailable: 3 }));
  await cluster.eventually(poddisruptionbudgets, ([one]) => one?.status?.currentHealthy === 3);
  const [pod] = (await client.resource(pods).list({ namespace: "default" })).items;
  const name = pod?.metadata.name ?? "";
  const refusal: unknown = await client.transport
    .request({
      verb: "create",
      group: "",
      version: "v1",
      resource: "pods",
      subresource: "eviction",
      namespace: "default",
      name,
      body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } },
    })
    .catch((error: unknown) => error);
  if (!isApiError(refusal, "TooManyRequests")) throw refusal;
  expect(refusal.status.details?.causes).toEqual([
    { reason: "DisruptionBudget", message: "The disruption budget web needs 3 healthy pods and has 3 currently" },
  ]);
});

test("a budget that cannot tell who owns its pods allows nothing", async () => {
  await using cluster = await startTestControllers([disruptionController(builtInKinds)]);
  const { client } = cluster;
  const ownerReferences = [{ apiVersion: "example.com/v1", kind: "Thing", name: "one", uid: "1", controller: true }];
  await client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "orphan", namespace: "default", labels: { app: "web" }, ownerReferences },
    spec: { containers: [{ name: "main", image: "web" }] },
  });
  await client.resource(poddisruptionbudgets).create(budgetOf({ maxUnavailable: 1 }));
  const budget = await cluster.eventually(poddisruptionbudgets, ([one]) => (one?.status?.conditions ? one : undefined));
  expect(budget.status).toMatchObject({
    disruptionsAllowed: 0,
    conditions: [{ reason: "SyncFailed", message: 'found no controllers for pod "orphan"' }],
  });
});
