import { expect, test } from "bun:test";

import { nodes, pods } from "../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import type { NodeReports } from "../node-reports.ts";

const measured = { timestamp: "2026-11-21T09:00:00Z", window: "12.5s" };

/** One node that answers, and measures one container of each pod of these uids. */
const reportsOf = (uids: readonly string[]): NodeReports => ({
  usage: async (node) => {
    if (node !== "node-1") return undefined;
    const containers = uids.map((podUid) => ({
      podUid,
      name: "main",
      cpuNanocores: 1_500_000,
      memoryBytes: 4096,
      ...measured,
    }));
    return { cpuNanocores: 2_000_000, memoryBytes: 8192, ...measured, containers };
  },
  page: async (node, path) =>
    node === "node-1" ? { statusCode: 200, contentType: "text/plain", body: `page of ${path}` } : undefined,
});

async function serverWithPods(): Promise<TestApiServer> {
  const uids: string[] = [];
  const api = await startTestApiServer({ https: true, nodeReports: reportsOf(uids) });
  for (const name of ["node-1", "node-2"]) {
    await api.client.resource(nodes).create({ apiVersion: "v1", kind: "Node", metadata: { name } });
  }
  for (const [name, phase] of [
    ["web", "Running"],
    ["done", "Succeeded"],
  ] as const) {
    const pod = await api.client.resource(pods).create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "default", labels: { app: name } },
      spec: { nodeName: "node-1", containers: [{ name: "main", image: "web" }] },
    });
    uids.push(pod.metadata.uid ?? "");
    await api.client.resource(pods).updateStatus({ ...pod, status: { phase } });
  }
  return api;
}

const METRICS = "/apis/metrics.k8s.io/v1beta1";

test("metrics.k8s.io tells what running pods use", async () => {
  await using api = await serverWithPods();
  const list = await (await api.fetch(`${METRICS}/namespaces/default/pods`)).json();
  expect(list).toMatchObject({
    kind: "PodMetricsList",
    apiVersion: "metrics.k8s.io/v1beta1",
    metadata: {},
    items: [
      {
        metadata: { name: "web", namespace: "default", labels: { app: "web" } },
        ...measured,
        containers: [{ name: "main", usage: { cpu: "1500u", memory: "4Ki" } }],
      },
    ],
  });
  const one = await (await api.fetch(`${METRICS}/namespaces/default/pods/web`)).json();
  expect(one).toMatchObject({ kind: "PodMetrics", apiVersion: "metrics.k8s.io/v1beta1", metadata: { name: "web" } });
  const none = await (await api.fetch(`${METRICS}/pods?labelSelector=app%3Dother`)).json();
  expect(none).toMatchObject({ items: [] });
});

test("metrics.k8s.io refuses a pod that is not measured as metrics-server does", async () => {
  await using api = await serverWithPods();
  expect(await (await api.fetch(`${METRICS}/namespaces/default/pods/done`)).json()).toMatchObject({
    code: 404,
    reason: "NotFound",
    message: 'podmetrics.metrics.k8s.io "default/done" not found',
  });
});

test("metrics.k8s.io leaves out nodes that do not answer", async () => {
  await using api = await serverWithPods();
  expect(await (await api.fetch(`${METRICS}/nodes`)).json()).toMatchObject({
    kind: "NodeMetricsList",
    items: [{ metadata: { name: "node-1" }, usage: { cpu: "2m", memory: "8Ki" } }],
  });
  expect(await (await api.fetch(`${METRICS}/nodes/node-2`)).json()).toMatchObject({
    code: 404,
    message: 'nodemetrics.metrics.k8s.io "node-2" not found',
  });
});

test("metrics.k8s.io has tables and protobuf", async () => {
  await using api = await serverWithPods();
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  expect(await (await api.fetch(`${METRICS}/pods`, { headers: { accept } })).json()).toMatchObject({
    columnDefinitions: ["Name", "cpu", "memory", "Window"].map((name) => ({ name })),
    rows: [{ cells: ["web", "1500u", "4Ki", "12.5s"] }],
  });
  const protobuf = await api.fetch(`${METRICS}/nodes`, { headers: { accept: "application/vnd.kubernetes.protobuf" } });
  expect(protobuf.headers.get("content-type")).toBe("application/vnd.kubernetes.protobuf");
  expect(Buffer.from(await protobuf.arrayBuffer()).toString("latin1")).toContain("NodeMetricsList");
});

test("metrics.k8s.io is discovered and described", async () => {
  await using api = await serverWithPods();
  expect(await (await api.fetch(METRICS)).json()).toMatchObject({
    kind: "APIResourceList",
    resources: [
      { name: "nodes", singularName: "", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] },
      { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] },
    ],
  });
  expect(await (await api.fetch("/openapi/v3/apis/metrics.k8s.io/v1beta1")).json()).toMatchObject({
    components: { schemas: { "io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics": { type: "object" } } },
  });
});

test("the proxy of a node answers with the pages of its agent", async () => {
  await using api = await serverWithPods();
  for (const id of ["node-1", "node-1:10250", "https:node-1:10250"]) {
    const page = await api.fetch(`/api/v1/nodes/${id}/proxy/stats/summary?only_cpu_and_memory=true`);
    expect(await page.text()).toBe("page of /stats/summary?only_cpu_and_memory=true");
  }
  expect(await (await api.fetch("/api/v1/nodes/node-2/proxy/healthz")).json()).toMatchObject({
    code: 503,
    reason: "ServiceUnavailable",
  });
});
