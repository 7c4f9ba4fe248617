import { afterAll, expect, test } from "bun:test";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

import type { Probe } from "../../api/types/core-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { directDialer } from "../pod-dialer.ts";
import { openFakeRuntime } from "../runtime/fake-runtime.ts";
import type { ProbeResult } from "./probe-result.ts";
import { runProbe } from "./run-probe.ts";

const runtime = openFakeRuntime({ clock: systemClock, log: silentLogger });
const seen: { readonly url: string; readonly headers: Readonly<Record<string, string>> }[] = [];
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    seen.push({ url: request.url, headers: Object.fromEntries(request.headers) });
    const { pathname } = new URL(request.url);
    if (pathname === "/slow") await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    if (pathname === "/near") return Response.redirect("/fine", 302);
    if (pathname === "/far") return Response.redirect("http://example.invalid/", 302);
    return new Response("body", { status: pathname === "/broken" ? 500 : 200 });
  },
});
afterAll(async () => {
  await server.stop(true);
  await runtime[Symbol.asyncDispose]();
});

const PORT = server.port ?? 0;

function probed(probe: Probe, clock = systemClock): Promise<ProbeResult> {
  const container = { name: "main", ports: [{ name: "web", containerPort: PORT }] };
  const target = { container, containerId: "none", podIp: "127.0.0.1", runtime, dialer: directDialer };
  return runProbe(probe, target, { clock, signal: new AbortController().signal });
}

test("an http probe succeeds below 400 and fails from there on", async () => {
  expect(await probed({ httpGet: { path: "/fine", port: "web" } })).toEqual({ outcome: "success" });
  expect(await probed({ httpGet: { path: "/broken", port: PORT } })).toEqual({
    outcome: "failure",
    output: "HTTP probe failed with statuscode: 500",
  });
});

test("an http probe sends its headers, and its own names for what is not given", async () => {
  const httpHeaders = [
    { name: "Host", value: "shop.example" },
    { name: "X-Token", value: "t" },
  ];
  await probed({ httpGet: { path: "/headers?x=1", port: PORT, httpHeaders } });
  const request = seen.find(({ url }) => url.includes("/headers"));
  expect(request?.url).toEndWith("/headers?x=1");
  expect(request?.headers).toMatchObject({
    host: "shop.example",
    "x-token": "t",
    "user-agent": "kube-probe/1.36",
    accept: "*/*",
  });
});

test("an http probe follows redirects on its host only", async () => {
  expect(await probed({ httpGet: { path: "/near", port: PORT } })).toEqual({ outcome: "success" });
  expect((await probed({ httpGet: { path: "/far", port: PORT } })).outcome).toBe("warning");
});

test("an https probe trusts every certificate", async () => {
  await using api = await startTestApiServer({ https: true });
  const port = Number(new URL(api.connection.server).port);
  expect(await probed({ httpGet: { scheme: "HTTPS", path: "/healthz", port } })).toEqual({ outcome: "success" });
  expect(await probed({ httpGet: { scheme: "HTTPS", path: "/api/v1/pods", port } })).toMatchObject({
    outcome: "failure",
  });
});

test("an http probe fails in Go's words when nobody listens", async () => {
  const closed = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = closed;
  closed.stop(true);
  expect(await probed({ httpGet: { path: "/", port } })).toEqual({
    outcome: "failure",
    output: `Get "http://127.0.0.1:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
  expect(await probed({ tcpSocket: { port } })).toEqual({
    outcome: "failure",
    output: `dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
});

test("a probe fails when its time is over", async () => {
  const impatient = { ...systemClock, setTimeout: (run: () => void) => systemClock.setTimeout(run, 20) };
  expect(await probed({ httpGet: { path: "/slow", port: PORT } }, impatient)).toEqual({
    outcome: "failure",
    output: `Get "http://127.0.0.1:${PORT}/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  });
});

test("a tcp probe succeeds when the port is open", async () => {
  expect(await probed({ tcpSocket: { port: "web" } })).toEqual({ outcome: "success" });
});

test("a probe of a port that the container does not name cannot run", async () => {
  expect(await probed({ tcpSocket: { port: "admin" } })).toEqual({
    outcome: "error",
    output: 'couldn\'t find port: "admin" in container "main"',
  });
});

test("a grpc probe asks the health service by name", async () => {
  const asked: string[] = [];
  const health = createServer();
  health.on("stream", (stream: ServerHttp2Stream) => {
    stream.on("data", (chunk: Buffer) => {
      const name = chunk.subarray(7).toString();
      asked.push(name);
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, name === "good" ? 1 : 2]));
    });
  });
  await new Promise<void>((resolve) => health.listen(0, "127.0.0.1", resolve));
  // Parse edge: a TCP server's address is an object.
  const { port } = health.address() as AddressInfo;
  expect(await probed({ grpc: { port, service: "good" } })).toEqual({ outcome: "success" });
  expect(await probed({ grpc: { port, service: "bad" } })).toEqual({
    outcome: "failure",
    output: 'service unhealthy (responded with "NOT_SERVING")',
  });
  expect(asked).toEqual(["good", "bad"]);
  health.close();
});
