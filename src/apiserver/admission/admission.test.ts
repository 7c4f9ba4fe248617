import { expect, test } from "bun:test";

import { configmaps, namespaces, pods, priorityclasses } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";

const pod = (name: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "web" }], ...spec },
});

test("Nothing is created in a namespace that does not exist", async () => {
  await using api = await startTestApiServer();
  const created = api.client
    .resource(configmaps)
    .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "missing" } });
  expect(created).rejects.toThrow('namespaces "missing" not found');
});

test("Nothing is created in a namespace that is going away", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(namespaces);
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  await client.delete({ name: "shop" });
  expect((await client.get({ name: "shop" })).status?.phase).toBe("Terminating");
  const created = api.client
    .resource(configmaps)
    .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop" } });
  expect(created).rejects.toThrow(
    'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
  );
});

test("The namespaces that a cluster needs cannot be deleted", async () => {
  await using api = await startTestApiServer();
  expect(api.client.resource(namespaces).delete({ name: "default" })).rejects.toThrow(
    'namespaces "default" is forbidden: this namespace may not be deleted',
  );
});

test("A pod gets its account, the token's volume, tolerations and a priority", async () => {
  await using api = await startTestApiServer();
  const { spec } = await api.client.resource(pods).create(pod("web"));
  expect(spec?.serviceAccountName).toBe("default");
  expect(spec?.priority).toBe(0);
  expect(spec?.tolerations?.map(({ key }) => key)).toEqual([
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
  ]);
  const [mount] = spec?.containers[0]?.volumeMounts ?? [];
  expect(mount?.mountPath).toBe("/var/run/secrets/kubernetes.io/serviceaccount");
  expect(spec?.volumes?.map(({ name }) => name)).toEqual([mount?.name ?? ""]);
});

test("A pod may refuse the token", async () => {
  await using api = await startTestApiServer();
  const { spec } = await api.client.resource(pods).create(pod("web", { automountServiceAccountToken: false }));
  expect(spec?.volumes ?? []).toEqual([]);
});

test("A pod takes its priority from its class", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(priorityclasses).create({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "high" },
    value: 1000,
  });
  const { spec } = await api.client.resource(pods).create(pod("web", { priorityClassName: "high" }));
  expect(spec?.priority).toBe(1000);
  expect(api.client.resource(pods).create(pod("other", { priorityClassName: "low" }))).rejects.toThrow(
    'pods "other" is forbidden: no PriorityClass with name low was found',
  );
});
