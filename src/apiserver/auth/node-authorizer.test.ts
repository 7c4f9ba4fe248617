import { expect, test } from "bun:test";

import { configmaps, persistentvolumes, pods, secrets } from "../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const NAMESPACE = "default";
const nodeClient = (api: TestApiServer, node: string): TestApiServer["client"] =>
  api.clientOf(`system:node:${node}`, ["system:nodes", "system:authenticated"]);

/** A pod on n1 that draws from a ConfigMap, a Secret and a claimed volume; Secrets and ConfigMaps of others are there too. */
async function serverWithPod() {
  const api = await startTestApiServer({ rbac: true });
  const { client } = api;
  for (const name of ["used", "unused"]) {
    const metadata = { name, namespace: NAMESPACE };
    await client.resource(secrets).create({ apiVersion: "v1", kind: "Secret", metadata });
    await client.resource(configmaps).create({ apiVersion: "v1", kind: "ConfigMap", metadata });
    await client.resource(persistentvolumes).create({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: "/tmp/x" },
        claimRef: { name: `claim-${name}`, namespace: NAMESPACE },
      },
    });
  }
  await client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: NAMESPACE },
    spec: {
      nodeName: "n1",
      containers: [{ name: "c", image: "i", envFrom: [{ secretRef: { name: "used" } }] }],
      volumes: [
        { name: "v", configMap: { name: "used" } },
        { name: "w", persistentVolumeClaim: { claimName: "claim-used" } },
      ],
    },
  });
  return api;
}

const outcome = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => "allowed",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

test("A node reads what its pods refer to, and nothing else of its kind", async () => {
  await using api = await serverWithPod();
  const [own, other] = [nodeClient(api, "n1"), nodeClient(api, "n2")];
  for (const type of [secrets, configmaps]) {
    const read = (client: TestApiServer["client"], name: string) =>
      outcome(client.resource(type).get({ name, namespace: NAMESPACE }));
    expect(await read(own, "used")).toBe("allowed");
    expect(await read(own, "unused")).toEndWith("no relationship found between node 'n1' and this object");
    expect(await read(other, "used")).toEndWith("no relationship found between node 'n2' and this object");
  }
  const volume = (client: TestApiServer["client"], name: string) =>
    outcome(client.resource(persistentvolumes).get({ name }));
  expect(await volume(own, "used")).toBe("allowed");
  expect(await volume(own, "unused")).toContain("no relationship found");
  expect(await volume(other, "used")).toContain("no relationship found");
});

test("A node follows a single object that a pod refers to, but not all of them", async () => {
  await using api = await serverWithPod();
  const resource = nodeClient(api, "n1").resource(secrets);
  const one = { namespace: NAMESPACE, fieldSelector: "metadata.name=used" };
  expect(await outcome(resource.list(one))).toBe("allowed");
  expect(await outcome(resource.list({ namespace: NAMESPACE }))).toEndWith("No Object name found");
  expect(await outcome(resource.list())).toEndWith("can only read namespaced object of this type");
  expect(await outcome(resource.delete({ name: "used", namespace: NAMESPACE }))).toEndWith(
    "can only read resources of this type",
  );
});

test("A node loses sight of an object with the last pod that refers to it", async () => {
  await using api = await serverWithPod();
  const read = () => outcome(nodeClient(api, "n1").resource(secrets).get({ name: "used", namespace: NAMESPACE }));
  expect(await read()).toBe("allowed");
  await api.client.resource(pods).delete({ name: "web", namespace: NAMESPACE }, { gracePeriodSeconds: 0 });
  expect(await read()).toContain("no relationship found");
});
