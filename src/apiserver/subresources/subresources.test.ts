import { expect, test } from "bun:test";

import { deployments, namespaces, poddisruptionbudgets, pods } from "../../api/resources.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { Scale } from "../../api/types/autoscaling-v1.ts";
import type { Pod, PodStatus } from "../../api/types/core-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const IN_DEFAULT = { namespace: "default" };

const pod = (name: string, spec: object = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...IN_DEFAULT, labels: { app: "web" } },
  spec: { containers: [{ name: "main", image: "web" }], ...spec },
});

const deployment: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", ...IN_DEFAULT },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image: "web" }] } },
  },
};

async function withRunningPod(api: TestApiServer, name: string, status: PodStatus = {}): Promise<Pod> {
  const created = await api.client.resource(pods).create(pod(name, { nodeName: "n1" }));
  return api.client
    .resource(pods)
    .updateStatus({ ...created, status: { ...created.status, phase: "Running", ...status } });
}

function post({ client }: TestApiServer, subresource: string, name: string, body: object) {
  return client.transport.request({
    verb: "create",
    group: "",
    version: "v1",
    resource: "pods",
    ...IN_DEFAULT,
    name,
    subresource,
    body,
  });
}

const bind = (api: TestApiServer, name: string, node: string) =>
  post(api, "binding", name, { apiVersion: "v1", kind: "Binding", metadata: { name }, target: { name: node } });

const evict = (api: TestApiServer, name: string) =>
  post(api, "eviction", name, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } });

test("/status writes the status, and the object itself does not", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(deployments);
  const created = await client.create({ ...deployment, status: { replicas: 7 } });
  expect(created.status?.replicas).toBeUndefined();
  const reported = await client.updateStatus({
    ...created,
    spec: { ...deployment.spec, replicas: 9, selector: {}, template: {} },
    status: { replicas: 1 },
  });
  expect(reported).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 }, metadata: { generation: 1 } });
  const scaled = await client.update({ ...reported, spec: { ...reported.spec, replicas: 3 } as never, status: {} });
  expect(scaled).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 1 }, metadata: { generation: 2 } });
});

test("/scale shows and changes the replicas alone", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(deployments).create(deployment);
  const address = {
    group: "apps",
    version: "v1",
    resource: "deployments",
    ...IN_DEFAULT,
    name: "web",
    subresource: "scale",
  };
  const scale = (await api.client.transport.request({ verb: "get", ...address })) as Scale;
  expect(scale).toMatchObject({ kind: "Scale", spec: { replicas: 2 }, status: { selector: "app=web" } });
  await api.client.transport.request({ verb: "update", ...address, body: { ...scale, spec: { replicas: 5 } } });
  const patched = await api.client.transport.request({
    verb: "patch",
    ...address,
    patchType: "merge",
    body: { spec: { replicas: 6 } },
  });
  expect(patched).toMatchObject({ kind: "Scale", spec: { replicas: 6 } });
  expect(
    api.client.transport.request({ verb: "update", ...address, body: { ...scale, spec: { replicas: -1 } } }),
  ).rejects.toThrow("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
});

test("A pod is bound once", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(pods).create(pod("web"));
  await bind(api, "web", "n1");
  const bound = await api.client.resource(pods).get({ name: "web", ...IN_DEFAULT });
  expect(bound.spec?.nodeName).toBe("n1");
  expect(bound.status?.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
  expect(bind(api, "web", "n2")).rejects.toThrow(
    'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "n1"',
  );
});

test("An eviction without a budget deletes the pod and says why", async () => {
  await using api = await startTestApiServer();
  await withRunningPod(api, "web");
  await evict(api, "web");
  const evicted = await api.client.resource(pods).get({ name: "web", ...IN_DEFAULT });
  expect(evicted.metadata.deletionTimestamp).toBeString();
  expect(evicted.status?.conditions).toMatchObject([{ type: "DisruptionTarget", reason: "EvictionByEvictionAPI" }]);
});

test("An eviction waits for the budget, and counts in it", async () => {
  await using api = await startTestApiServer();
  const READY: PodStatus = { conditions: [{ type: "Ready", status: "True" }] };
  await withRunningPod(api, "a", READY);
  await withRunningPod(api, "b", READY);
  const budgets = api.client.resource(poddisruptionbudgets);
  const budget = await budgets.create({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web", ...IN_DEFAULT },
    spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
  });
  await budgets.updateStatus({
    ...budget,
    status: {
      observedGeneration: budget.metadata.generation,
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
    },
  });
  await evict(api, "a");
  const counted = await budgets.get({ name: "web", ...IN_DEFAULT });
  expect(counted.status?.disruptionsAllowed).toBe(0);
  expect(Object.keys(counted.status?.disruptedPods ?? {})).toEqual(["a"]);
  const refusal = await evict(api, "b").catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 429,
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    status: { details: { causes: [{ reason: "DisruptionBudget" }] } },
  });
});

test("A namespace is gone with its last finalizer", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(namespaces);
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  await client.delete({ name: "shop" });
  const leaving = await client.get({ name: "shop" });
  expect(leaving).toMatchObject({ spec: { finalizers: ["kubernetes"] }, status: { phase: "Terminating" } });
  await client.update({ ...leaving, spec: { finalizers: [] } }, { subresource: "finalize" });
  expect(await client.find({ name: "shop" })).toBeUndefined();
});
