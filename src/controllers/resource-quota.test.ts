import { expect, test } from "bun:test";

import { evaluatorOf } from "../api/quota/evaluators.ts";
import { quotaVerdict } from "../api/quota/quota-check.ts";
import { configmaps, persistentvolumeclaims, pods, resourcequotas, services } from "../api/resources.ts";
import type { Pod, ResourceQuota, ResourceQuotaSpec } from "../api/types/core-v1.ts";
import { startTestControllers, type TestControllers } from "../testing/test-controllers.ts";
import { resourceQuotaController } from "./resource-quota.ts";

const TYPES = [pods, services, persistentvolumeclaims, configmaps, resourcequotas];

const pod = (name: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "web", ...spec }] },
});

const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } });

const startWithQuota = async (spec: ResourceQuotaSpec): Promise<TestControllers> => {
  const cluster = await startTestControllers([resourceQuotaController(TYPES)]);
  await cluster.client.resource(resourcequotas).create({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "limits", namespace: "default" },
    spec,
  });
  await cluster.eventually(resourcequotas, ([quota]) => quota?.status?.used);
  return cluster;
};

const used = ({ client }: TestControllers): Promise<Readonly<Record<string, unknown>> | undefined> =>
  client
    .resource(resourcequotas)
    .get({ name: "limits", namespace: "default" })
    .then(({ status }) => status?.used);

test("A quota counts what is made and refuses what would be too much", async () => {
  await using cluster = await startWithQuota({ hard: { pods: "1", "requests.cpu": "1" } });
  const { client } = cluster;
  expect(client.resource(pods).create(pod("silent"))).rejects.toThrow(
    'pods "silent" is forbidden: failed quota: limits: must specify requests.cpu for: main',
  );
  const resources = { requests: { cpu: "600m" } };
  await client.resource(pods).create(pod("a", { resources }));
  expect(await used(cluster)).toEqual({ pods: "1", "requests.cpu": "600m" });
  expect(client.resource(pods).create(pod("b", { resources }))).rejects.toThrow(
    'pods "b" is forbidden: exceeded quota: limits, requested: pods=1,requests.cpu=600m, used: pods=1,requests.cpu=600m, limited: pods=1,requests.cpu=1',
  );
});

test("What is deleted is given back", async () => {
  await using cluster = await startWithQuota({ hard: { "count/configmaps": "1", configmaps: "5" } });
  const { client } = cluster;
  await client.resource(configmaps).create(configMap("a"));
  expect(await used(cluster)).toEqual({ "count/configmaps": "1", configmaps: "1" });
  expect(client.resource(configmaps).create(configMap("b"))).rejects.toThrow("exceeded quota: limits");
  await client.resource(configmaps).delete({ name: "a", namespace: "default" });
  await cluster.eventually(resourcequotas, ([quota]) => quota?.status?.used?.["configmaps"] === "0");
  await client.resource(configmaps).create(configMap("b"));
});

test("Those who come at once never get more than there is", async () => {
  await using cluster = await startWithQuota({ hard: { "count/configmaps": "7" } });
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => cluster.client.resource(configmaps).create(configMap(`c-${index}`))),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(7);
  expect(await used(cluster)).toEqual({ "count/configmaps": "7" });
});

test("Finished pods use nothing", async () => {
  await using cluster = await startWithQuota({ hard: { pods: "1" } });
  const { client } = cluster;
  const created = await client.resource(pods).create(pod("a"));
  await client.resource(pods).updateStatus({ ...created, status: { ...created.status, phase: "Succeeded" } });
  await cluster.eventually(resourcequotas, ([quota]) => quota?.status?.used?.["pods"] === "0");
});

test("Services count their node ports, claims their class", async () => {
  await using cluster = await startWithQuota({
    hard: {
      services: "5",
      "services.nodeports": "2",
      "services.loadbalancers": "1",
      persistentvolumeclaims: "2",
      "gold.storageclass.storage.k8s.io/requests.storage": "10Gi",
    },
  });
  const { client } = cluster;
  const service = (name: string, type: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { type, ports: [{ port: 80 }] },
  });
  await client.resource(services).create(service("a", "NodePort"));
  await client.resource(services).create(service("b", "LoadBalancer"));
  expect(client.resource(services).create(service("c", "NodePort"))).rejects.toThrow(
    "exceeded quota: limits, requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2",
  );
  await client.resource(persistentvolumeclaims).create({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "a", namespace: "default" },
    spec: { storageClassName: "gold", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  expect(await used(cluster)).toEqual({
    services: "2",
    "services.nodeports": "2",
    "services.loadbalancers": "1",
    persistentvolumeclaims: "1",
    "gold.storageclass.storage.k8s.io/requests.storage": "1Gi",
  });
  await client.resource(services).delete({ name: "a", namespace: "default" });
  await cluster.eventually(resourcequotas, ([quota]) => quota?.status?.used?.["services.nodeports"] === "1");
});

test("A dry run takes nothing", async () => {
  await using cluster = await startWithQuota({ hard: { "count/configmaps": "1" } });
  await cluster.client.resource(configmaps).create(configMap("a"), { dryRun: true });
  expect(await used(cluster)).toEqual({ "count/configmaps": "0" });
});

const quota = (spec: ResourceQuotaSpec): ResourceQuota => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "q" },
  spec,
  status: { hard: { pods: "1" }, used: { pods: "1" } },
});

test.each<[ResourceQuotaSpec, object, boolean]>([
  [{ scopes: ["Terminating"] }, { activeDeadlineSeconds: 5 }, true],
  [{ scopes: ["Terminating"] }, {}, false],
  [{ scopes: ["NotTerminating"] }, {}, true],
  [{ scopes: ["BestEffort"] }, {}, true],
  [{ scopes: ["NotBestEffort"] }, {}, false],
  [{ scopes: ["NotBestEffort"] }, { containers: [{ name: "a", resources: { requests: { cpu: "1" } } }] }, true],
  [
    { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
    { priorityClassName: "high" },
    true,
  ],
  [
    { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "NotIn", values: ["high"] }] } },
    {},
    true,
  ],
  [
    { scopes: ["CrossNamespacePodAffinity"] },
    {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "a", namespaces: ["b"] }],
        },
      },
    },
    true,
  ],
])("A quota with %j is about a pod with %j: %p", (spec, podSpec, isAbout) => {
  const object: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a" },
    spec: {
      containers: [{ name: "a", image: "a" }],
      ...podSpec,
    },
  };
  const write = { operation: "CREATE" as const, subresource: "", object, oldObject: undefined };
  expect(quotaVerdict(quota(spec), write, evaluatorOf(pods), 0) !== undefined).toBe(isAbout);
});
