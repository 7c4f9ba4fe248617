import { expect, test } from "bun:test";

import {
  certificatesigningrequests,
  ingressclasses,
  ingresses,
  limitranges,
  nodes,
  persistentvolumeclaims,
  pods,
  runtimeclasses,
  storageclasses,
} from "../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import { forbiddenNodeLabels } from "./node-labels.ts";

const pod = (name: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "web" }], ...spec },
});

const limit = (api: TestApiServer, item: object) =>
  api.client.resource(limitranges).create({
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "limits", namespace: "default" },
    spec: { limits: [{ type: "Container", ...item }] },
  });

test("LimitRanger gives containers what they do not say, and tells so", async () => {
  await using api = await startTestApiServer();
  await limit(api, { default: { cpu: "500m" }, defaultRequest: { cpu: "100m", memory: "64Mi" } });
  const { metadata, spec } = await api.client.resource(pods).create(pod("web"));
  expect(spec?.containers[0]?.resources).toEqual({
    requests: { cpu: "100m", memory: "64Mi" },
    limits: { cpu: "500m" },
  });
  expect(metadata.annotations?.["kubernetes.io/limit-ranger"]).toBe(
    "LimitRanger plugin set: cpu, memory request for container main; cpu limit for container main",
  );
});

test("LimitRanger names every limit that a pod is outside of", async () => {
  await using api = await startTestApiServer();
  await limit(api, { min: { cpu: "100m" }, max: { cpu: "1" }, maxLimitRequestRatio: { cpu: "2" } });
  const resources = { requests: { cpu: "50m" }, limits: { cpu: "2" } };
  const created = api.client
    .resource(pods)
    .create(pod("web", { containers: [{ name: "main", image: "web", resources }] }));
  expect(created).rejects.toThrow(
    'pods "web" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is 2, cpu max limit to request ratio per Container is 2, but provided ratio is 40.000000]',
  );
});

test("A pod gets the overhead and the nodes of its runtime class", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(runtimeclasses).create({
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "vm" },
    handler: "vm",
    overhead: { podFixed: { memory: "64Mi" } },
    scheduling: { nodeSelector: { vm: "yes" }, tolerations: [{ key: "vm", operator: "Exists" }] },
  });
  const { spec } = await api.client.resource(pods).create(pod("web", { runtimeClassName: "vm" }));
  expect(spec?.overhead).toEqual({ memory: "64Mi" });
  expect(spec?.nodeSelector).toEqual({ vm: "yes" });
  expect(spec?.tolerations?.map(({ key }) => key)).toContain("vm");
  expect(api.client.resource(pods).create(pod("b", { runtimeClassName: "none" }))).rejects.toThrow(
    'pods "b" is forbidden: pod rejected: RuntimeClass "none" not found',
  );
  expect(api.client.resource(pods).create(pod("c", { overhead: { cpu: "1" } }))).rejects.toThrow(
    'pods "c" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  );
});

test("Claims and ingresses get the default class", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(storageclasses).create({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "fast", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "example.com/fast",
  });
  await api.client.resource(ingressclasses).create({
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "web", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
    spec: { controller: "example.com/web" },
  });
  const claim = await api.client.resource(persistentvolumeclaims).create({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "a", namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  expect(claim.spec?.storageClassName).toBe("fast");
  const ingress = await api.client.resource(ingresses).create({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "a", namespace: "default" },
    spec: { defaultBackend: { service: { name: "a", port: { number: 80 } } } },
  });
  expect(ingress.spec?.ingressClassName).toBe("web");
});

test("New nodes are tainted until they are known to be ready", async () => {
  await using api = await startTestApiServer();
  const node = await api.client.resource(nodes).create({ apiVersion: "v1", kind: "Node", metadata: { name: "a" } });
  expect(node.spec?.taints).toEqual([{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }]);
});

const NODE_GROUPS = ["system:nodes", "system:authenticated"];

test("A node's agent writes only what is its own", async () => {
  await using api = await startTestApiServer();
  const agent = api.clientOf("system:node:a", NODE_GROUPS);
  const node = { apiVersion: "v1", kind: "Node" };
  await agent.resource(nodes).create({ ...node, metadata: { name: "a", labels: { "kubernetes.io/os": "linux" } } });
  expect(agent.resource(nodes).create({ ...node, metadata: { name: "b" } })).rejects.toThrow(
    'nodes "b" is forbidden: node "a" is not allowed to modify node "b"',
  );
  expect(agent.resource(pods).create(pod("web"))).rejects.toThrow(
    'pods "web" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "a" can only create mirror pods',
  );
  await api.client.resource(pods).create(pod("other", { nodeName: "b" }));
  expect(agent.resource(pods).delete({ name: "other", namespace: "default" })).rejects.toThrow(
    'pods "other" is forbidden: node "a" can only delete pods with spec.nodeName set to itself',
  );
});

test("Labels that an agent may change are its own", () => {
  expect(
    forbiddenNodeLabels(
      {
        "kubernetes.io/hostname": "a",
        "node-restriction.kubernetes.io/x": "y",
        "node-role.kubernetes.io/worker": "",
        "example.com/z": "1",
        same: "1",
      },
      { same: "1" },
    ),
  ).toEqual(["node-restriction.kubernetes.io/x", "node-role.kubernetes.io/worker"]);
});

/** openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /O=system:masters/CN=eve */
const MASTERS_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHhMIGJAgEAMCcxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMQwwCgYDVQQDDANl
dmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASvyAKN8Bp3x5j+zoNs4/92uFzL
pa2CuBz18VNYNDBio1zMN195eSxjjbLiw7v2TIG8R4mV6c18OZ0kwl/4cTiIoAAw
CgYIKoZIzj0EAwIDRwAwRAIgEKerP8IvfufI/8iW36sGXnYn1xxWbZBiFeAkooax
o/QCIAq4S8JUqt7VDjirTkxbDFdUusXYK3LB0n/pzKAWIz36
-----END CERTIFICATE REQUEST-----
`;

test("Nobody becomes a master by a certificate", async () => {
  await using api = await startTestApiServer();
  const created = api.client.resource(certificatesigningrequests).create({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "eve" },
    spec: {
      request: Buffer.from(MASTERS_REQUEST).toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["client auth"],
    },
  });
  expect(created).rejects.toThrow(
    'certificatesigningrequests.certificates.k8s.io "eve" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
});
