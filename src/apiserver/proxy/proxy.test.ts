import { expect, test } from "bun:test";
import { createServer } from "node:net";

import { endpoints, pods, services } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";

/** Links to the same server, to a place beside the page, and to elsewhere. */
const PAGE =
  '<a href="/a?b=1&amp;c">A</a> <img src="b.png"> <a href="//elsewhere/">B</a> <script src="https://elsewhere/c"></script>';

const page = (isZipped: boolean): Response =>
  new Response(isZipped ? Bun.gzipSync(PAGE) : PAGE, {
    headers: { "content-type": "text/html; charset=utf-8", ...(isZipped && { "content-encoding": "gzip" }) },
  });

/** An application that says what it was asked. */
function startApplication() {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/old") return new Response(null, { status: 302, headers: { location: "/new" } });
      if (pathname === "/page") return page(request.headers.get("accept-encoding") === "gzip");
      const body = await request.text();
      return Response.json({
        method: request.method,
        path: pathname + search,
        body,
        hasCredentials: request.headers.has("authorization"),
      });
    },
  });
}

/** Packets to it end at this machine. */
const POD_IP = "10.244.0.9";

async function withPod(port: number) {
  const api = await startTestApiServer({ https: true, podHost: "127.0.0.1" });
  const pod = await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { nodeName: "node-1", containers: [{ name: "main", image: "web", ports: [{ containerPort: port }] }] },
  });
  await api.client
    .resource(pods)
    .updateStatus({ ...pod, status: { phase: "Running", podIP: POD_IP, podIPs: [{ ip: POD_IP }] } });
  return api;
}

test("A request to a pod is sent on with its method, path, query and body, without credentials", async () => {
  using application = startApplication();
  await using api = await withPod(application.port ?? 0);
  const response = await api.fetch("/api/v1/namespaces/default/pods/web/proxy/some/path/?a=1", {
    method: "POST",
    body: "hello",
    headers: { authorization: "Basic eDp5" },
  });
  expect(await response.json()).toEqual({
    method: "POST",
    path: "/some/path/?a=1",
    body: "hello",
    hasCredentials: false,
  });
});

test("Redirects stay behind the proxy", async () => {
  using application = startApplication();
  await using api = await withPod(application.port ?? 0);
  const path = `/api/v1/namespaces/default/pods/web:${application.port}/proxy`;
  const below = await api.fetch(`${path}/old`, { redirect: "manual" });
  expect(below.headers.get("location")).toBe(`${path}/new`);
  const bare = await api.fetch(`${path}?a=1`, { redirect: "manual" });
  expect(bare.status).toBe(301);
  expect(bare.headers.get("location")).toBe(`${path}/?a=1`);
});

test.each(["DELETE", "OPTIONS", "PATCH", "POST", "PUT"])(
  "%s of the root is sent on, not redirected",
  async (method) => {
    using application = startApplication();
    await using api = await withPod(application.port ?? 0);
    const response = await api.fetch("/api/v1/namespaces/default/pods/web/proxy?a=1", { method, redirect: "manual" });
    expect(await response.json()).toMatchObject({ method, path: "/?a=1" });
  },
);

test("A method that nobody serves is not sent on", async () => {
  using application = startApplication();
  await using api = await withPod(application.port ?? 0);
  const response = await api.fetch("/api/v1/namespaces/default/pods/web/proxy/", { method: "PROPFIND" });
  expect(response.status).toBe(405);
});

test.each(["gzip", "identity"])("Links of a page stay behind the proxy (%s)", async (encoding) => {
  using application = startApplication();
  await using api = await withPod(application.port ?? 0);
  const path = `/api/v1/namespaces/default/pods/web:${application.port}/proxy`;
  const response = await api.fetch(`${path}/page`, { headers: { "accept-encoding": encoding } });
  expect(await response.text()).toBe(PAGE.replace('"/a', `"${path}/a`));
});

test("A service without endpoints for the named port is unavailable", async () => {
  await using api = await startTestApiServer({ https: true });
  const metadata = { name: "web", namespace: "default" };
  await api.client
    .resource(services)
    .create({ apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ name: "http", port: 80 }] } });
  await api.client.resource(endpoints).create({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata,
    subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ name: "http", port: 8080 }] }],
  });
  const response = await api.fetch("/api/v1/namespaces/default/services/web:other/proxy/");
  expect(await response.json()).toMatchObject({
    code: 503,
    message: 'no endpoints available for service "web:other"',
  });
});

test("A port that nobody listens on is unavailable", async () => {
  await using api = await withPod(1);
  const response = await api.fetch("/api/v1/namespaces/default/pods/web/proxy/");
  expect(await response.json()).toMatchObject({ code: 503, reason: "ServiceUnavailable" });
});

test("An answer whose headers end with a line feed alone is passed on", async () => {
  const application = createServer((socket) => socket.end("HTTP/1.0 200 OK\nContent-Type: text/plain\n\nhello"));
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  const address = application.address();
  await using api = await withPod(typeof address === "object" && address ? address.port : 0);
  const response = await api.fetch("/api/v1/namespaces/default/pods/web/proxy/");
  expect(await response.text()).toBe("hello");
  application.close();
});

test("What is sent to the bare proxy is sent on to the root", async () => {
  using application = startApplication();
  await using api = await withPod(application.port ?? 0);
  const response = await api.fetch("/api/v1/namespaces/default/pods/web/proxy?a=1", { method: "POST", body: "hello" });
  expect(await response.json()).toMatchObject({ method: "POST", path: "/?a=1", body: "hello" });
});

test("A WebSocket passes through the proxy", async () => {
  using application = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request, { data: undefined }) ? undefined : new Response("no")),
    websocket: { message: (socket, message) => void socket.send(`echo ${String(message)}`) },
  });
  await using api = await withPod(application.port ?? 0);
  const { server, caPem, clientCertificatePem, clientKeyPem } = api.connection;
  const socket = new WebSocket(`${server.replace("https", "wss")}/api/v1/namespaces/default/pods/web/proxy/socket`, {
    tls: { ca: caPem, cert: clientCertificatePem, key: clientKeyPem },
  });
  const answer = await new Promise((resolve, reject) => {
    socket.addEventListener("open", () => socket.send("hello"));
    socket.addEventListener("message", ({ data }) => resolve(data));
    socket.addEventListener("error", () => reject(new Error("The WebSocket failed")));
  });
  expect(answer).toBe("echo hello");
  socket.close();
});

test.each(["127.0.0.1", "169.254.169.254", "::1", "fe80::1", "0.0.0.0", "224.0.0.1"])(
  "A pod that says it is at %s is not asked",
  async (ip) => {
    await using api = await withPod(1);
    const resource = api.client.resource(pods);
    const pod = await resource.get({ namespace: "default", name: "web" });
    await resource.updateStatus({ ...pod, status: { ...pod.status, podIP: ip, podIPs: [{ ip }] } });
    const response = await api.fetch("/api/v1/namespaces/default/pods/web:10250/proxy/");
    expect(await response.json()).toMatchObject({ code: 400, message: "address not allowed" });
  },
);

test("A service leads to its pods and nowhere else", async () => {
  using application = startApplication();
  const port = application.port ?? 0;
  await using api = await withPod(port);
  const metadata = { name: "web", namespace: "default" };
  await api.client
    .resource(services)
    .create({ apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ name: "http", port: 80 }] } });
  const resource = api.client.resource(endpoints);
  const pod = { kind: "Pod", name: "web", namespace: "default" };
  const created = await resource.create({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata,
    subsets: [{ addresses: [{ ip: POD_IP }, { ip: "10.0.0.1", targetRef: pod }], ports: [{ name: "http", port }] }],
  });
  const ask = async () => await api.fetch("/api/v1/namespaces/default/services/web:80/proxy/a");
  expect((await ask()).status).toBe(503);
  const subsets = [{ addresses: [{ ip: POD_IP, targetRef: pod }], ports: [{ name: "http", port }] }];
  await resource.update({ ...created, subsets });
  expect(await (await ask()).json()).toMatchObject({ path: "/a" });
});
