import { expect, test } from "bun:test";

import { apiservices, configmaps, endpointslices, endpoints, services } from "../../api/resources.ts";
import type { APIService } from "../../api/types/apiregistration-v1.ts";
import { startExtensionServer, type TestExtensionServer } from "../../testing/extension-server.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const GROUP = "wardle.example.com";
const NAME = `v1.${GROUP}`;
const FLUNDERS = `/apis/${GROUP}/v1/namespaces/default/flunders`;

function apiService(caBundle: string | undefined, port = 443): APIService {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: NAME },
    spec: {
      group: GROUP,
      version: "v1",
      groupPriorityMinimum: 2000,
      versionPriority: 200,
      service: { namespace: "default", name: "sample", port },
      ...(caBundle === undefined ? { insecureSkipTLSVerify: true } : { caBundle }),
    },
  };
}

async function createService({ client }: TestApiServer, port: number): Promise<void> {
  await client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "sample", namespace: "default" },
    spec: { ports: [{ port: 443, targetPort: port }] },
  });
  await client.resource(endpoints).create({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "sample", namespace: "default" },
    subsets: [{ addresses: [{ ip: "10.244.0.9" }], ports: [{ port }] }],
  });
  await client.resource(endpointslices).create({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "sample-1", namespace: "default", labels: { "kubernetes.io/service-name": "sample" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.244.0.9"], conditions: { ready: true } }],
    ports: [{ name: "", port, protocol: "TCP" }],
  });
}

/** Resolves with the condition once it has this reason. */
async function untilReason({ client }: TestApiServer, reason: string) {
  const { promise, resolve, reject } = Promise.withResolvers<NonNullable<APIService["status"]>["conditions"]>();
  const watch = client.resource(apiservices).watch(
    { fieldSelector: `metadata.name=${NAME}` },
    {
      onEvent: ({ object }) => {
        const conditions = (object as APIService).status?.conditions ?? [];
        if (conditions.some((each) => each.type === "Available" && each.reason === reason)) resolve(conditions);
      },
      onEnd: (error) => reject(error ?? new Error("The watch ended")),
    },
  );
  try {
    return (await promise)?.find(({ type }) => type === "Available");
  } finally {
    watch.stop();
  }
}

async function started(extension: TestExtensionServer): Promise<TestApiServer> {
  const api = await startTestApiServer({ https: true, podHost: "127.0.0.1" });
  await createService(api, extension.port);
  await api.client.resource(apiservices).create(apiService(extension.caBundle));
  await untilReason(api, "Passed");
  return api;
}

test("a request for a group version of another server is sent there in the name of its user", async () => {
  await using extension = await startExtensionServer("sample.default.svc");
  await using api = await started(extension);
  const response = await api.fetch(`${FLUNDERS}?limit=5`, {
    method: "POST",
    body: '{"kind":"Flunder"}',
    headers: { "content-type": "application/json", "x-remote-user": "somebody else", "x-remote-extra-a": "b" },
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({
    method: "POST",
    url: `${FLUNDERS}?limit=5`,
    body: '{"kind":"Flunder"}',
    client: "front-proxy-client",
    headers: {
      "x-remote-user": "kubernetes-admin",
      "x-remote-group": "system:masters, system:authenticated",
      "audit-id": response.headers.get("audit-id"),
    },
  });
  expect(extension.requests.at(-1)?.headers["x-remote-extra-a"]).toBeUndefined();
});

test("a client of this process reaches it too, and gets its refusals", async () => {
  await using extension = await startExtensionServer("sample.default.svc");
  await using api = await started(extension);
  const type = { group: GROUP, version: "v1", resource: "flunders", kind: "Flunder", namespaced: true };
  const flunders = api.clientOf("jane", ["system:authenticated", "a,b"]).resource(type);
  expect(await flunders.get({ namespace: "default", name: "one" })).toMatchObject({
    headers: { "x-remote-user": "jane", "x-remote-group": "system:authenticated, a,b" },
  });
  expect(flunders.get({ namespace: "default", name: "missing" })).rejects.toMatchObject({ reason: "NotFound" });
});

test("discovery and OpenAPI have what the other server says of itself", async () => {
  await using extension = await startExtensionServer("sample.default.svc");
  await using api = await started(extension);
  const groups = (await (await api.fetch("/apis")).json()) as { groups: { name: string }[] };
  expect(groups.groups.find(({ name }) => name === GROUP)).toEqual({
    name: GROUP,
    versions: [{ groupVersion: `${GROUP}/v1`, version: "v1" }],
    preferredVersion: { groupVersion: `${GROUP}/v1`, version: "v1" },
  } as never);
  expect(await (await api.fetch(`/apis/${GROUP}/v1`)).json()).toMatchObject({ kind: "APIResourceList" });
  await extension.asked("/openapi/v3");
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const aggregated = await untilAnswer(
    api,
    "/apis",
    accept,
    (body) => body.items?.some(({ metadata }) => metadata.name === GROUP) ?? false,
  );
  expect(aggregated.items?.find(({ metadata }) => metadata.name === GROUP)?.versions).toMatchObject([
    {
      version: "v1",
      freshness: "Current",
      resources: [
        {
          resource: "flunders",
          scope: "Namespaced",
          verbs: ["get", "list"],
          subresources: [{ subresource: "status", verbs: ["get"] }],
        },
      ],
    },
  ]);
  const v3 = await untilAnswer(api, "/openapi/v3", "*/*", (body) => body.paths?.[`apis/${GROUP}/v1`] !== undefined);
  expect(v3.paths?.[`apis/${GROUP}/v1`]).toEqual({ serverRelativeURL: `/openapi/v3/apis/${GROUP}/v1?hash=A` });
  expect(await (await api.fetch(`/openapi/v3/apis/${GROUP}/v1?hash=A`)).json()).toMatchObject({
    url: `/openapi/v3/apis/${GROUP}/v1?hash=A`,
  });
  const v2 = await untilAnswer(api, "/openapi/v2", "application/json", (body) => body.paths?.[FLUNDERS] !== undefined);
  expect(v2.definitions).toMatchObject({ "com.example.Flunder": { type: "object" } });
});

interface Body {
  readonly items?: { metadata: { name?: string }; versions: unknown[] }[];
  readonly paths?: Record<string, unknown>;
  readonly definitions?: Record<string, unknown>;
}

/** Documents follow by themselves once the other server was asked. */
async function untilAnswer(
  api: TestApiServer,
  path: string,
  accept: string,
  isIt: (body: Body) => boolean,
): Promise<Body> {
  for (;;) {
    const body = (await (await api.fetch(path, { headers: { accept } })).json()) as Body;
    if (isIt(body)) return body;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("what is missing is told as upstream does, and requests are refused until it is there", async () => {
  await using api = await startTestApiServer({ https: true, podHost: "127.0.0.1" });
  await using extension = await startExtensionServer("sample.default.svc");
  const apiServiceClient = api.client.resource(apiservices);
  await apiServiceClient.create(apiService(extension.caBundle));
  expect(await untilReason(api, "ServiceNotFound")).toMatchObject({
    status: "False",
    message: 'service/sample in "default" is not present',
  });
  const response = await api.fetch(FLUNDERS);
  expect([response.status, await response.text()]).toEqual([503, "service unavailable\n"]);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  await createService(api, extension.port);
  expect(await untilReason(api, "Passed")).toMatchObject({ status: "True", message: "all checks passed" });
  await apiServiceClient.delete({ name: NAME });
  expect((await api.fetch(FLUNDERS)).status).toBe(404);
});

test("a server with another certificate than it should have is not asked for anything", async () => {
  await using extension = await startExtensionServer("sample.default.svc");
  await using other = await startExtensionServer("sample.default.svc");
  await using api = await startTestApiServer({ https: true, podHost: "127.0.0.1" });
  await createService(api, extension.port);
  await api.client.resource(apiservices).create(apiService(other.caBundle));
  const condition = await untilReason(api, "FailedDiscoveryCheck");
  const url = `https://10.244.0.9:${extension.port}/apis/${GROUP}/v1`;
  expect(condition?.message).toBe(
    `failing or missing response from ${url}: Get "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  );
  expect(extension.requests).toEqual([]);
});

test("who comes with the front proxy's certificate is whom it says", async () => {
  await using api = await startTestApiServer({ https: true });
  const { ca, frontProxy } = api.certificates;
  const review = async (headers: Record<string, string>, pair = frontProxy.client): Promise<Response> =>
    fetch(`${api.connection.server}/apis/authentication.k8s.io/v1/selfsubjectreviews`, {
      method: "POST",
      body: '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}',
      headers: { "content-type": "application/json", ...headers },
      tls: { ca, cert: pair.certificate, key: pair.key },
    });
  const headers = {
    "x-remote-user": "jane",
    "x-remote-uid": "7",
    "x-remote-group": "dev",
    "x-remote-extra-a%2fb": "c",
  };
  expect(await (await review(headers)).json()).toMatchObject({
    status: {
      userInfo: {
        username: "jane",
        uid: "7",
        groups: ["dev", "system:authenticated"],
        extra: { "a/b": ["c"] },
      },
    },
  });
  expect((await review({})).status).toBe(401);
  expect(await (await review(headers, api.certificates.admin)).json()).toMatchObject({
    status: { userInfo: { username: "kubernetes-admin" } },
  });
});

test("an APIService in place of what is built in takes it over", async () => {
  await using extension = await startExtensionServer("sample.default.svc");
  await using api = await startTestApiServer({ https: true, podHost: "127.0.0.1" });
  await createService(api, extension.port);
  const name = "v1beta1.metrics.k8s.io";
  const object = apiService(extension.caBundle);
  const created = await api.client.resource(apiservices).create({
    ...object,
    metadata: { name },
    spec: {
      ...object.spec,
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
  expect(created.metadata.name).toBe(name);
  expect((await api.fetch("/apis/metrics.k8s.io/v1beta1/nodes")).status).toBe(503);
  await api.client.resource(apiservices).delete({ name });
  expect((await api.fetch("/apis/metrics.k8s.io/v1beta1/nodes")).status).toBe(200);
  expect(await api.client.resource(configmaps).list({ namespace: "default" })).toMatchObject({ items: [] });
});
