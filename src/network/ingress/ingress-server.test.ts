import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { connect as connectHttp2, createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import { connect, createServer, type Server, type Socket } from "node:net";

import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { testCertificate } from "../../testing/test-certificate.ts";
import { UpstreamPool } from "./http1/upstream-pool.ts";
import type { IngressDecision } from "./ingress-decision.ts";
import { type IngressServer, startIngressServer } from "./ingress-server.ts";
import { ingressSettings } from "./ingress-settings.ts";
import type { Access } from "./proxy-context.ts";

const pool = new UpstreamPool();
const accesses: Access[] = [];
let ingress: IngressServer;
/** What requests for a host are answered with; each test has hosts of its own. */
const decisions = new Map<string, IngressDecision>();

beforeAll(async () => {
  const { key, certificate, context } = await testCertificate("localhost");
  ingress = await startIngressServer({
    context: {
      decide: ({ host, target }) => {
        const decision = decisions.get(host);
        if (!decision) return { kind: "refuse", status: 404, text: "nobody" };
        return decision.kind === "proxy" ? { ...decision, target } : decision;
      },
      pool,
      accessed: (access) => void accesses.push(access),
      clock: systemClock,
      log: silentLogger,
    },
    addresses: ["127.0.0.1"],
    httpPort: 0,
    httpsPort: 0,
    secureContext: async () => await Promise.resolve(context),
    fallback: { key, certificate },
  });
});

afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
  pool[Symbol.dispose]();
});

/** Sends what comes for `host` to servers of this machine. */
function route(host: string, ports: readonly number[], annotations: Readonly<Record<string, string>> = {}): void {
  const settings = ingressSettings(
    Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
    ),
  );
  const endpoints = ports.map((port) => ({ ip: "127.0.0.1", port }));
  decisions.set(host, { kind: "proxy", endpoints, target: "/", settings });
}

const fetchFrom = async (host: string, path = "/", init: Omit<RequestInit, "headers"> = {}): Promise<Response> =>
  await fetch(`http://127.0.0.1:${ingress.httpPort}${path}`, { ...init, headers: { host } });

interface RawServer extends Disposable {
  readonly port: number;
  readonly connections: Socket[];
}

/** A server that answers bytes as the test says. */
async function rawServer(onData: (socket: Socket, bytes: Buffer) => void): Promise<RawServer> {
  const connections: Socket[] = [];
  const server: Server = createServer((socket) => {
    connections.push(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => onData(socket, bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    port,
    connections,
    [Symbol.dispose]() {
      for (const socket of connections) socket.destroy();
      server.close();
    },
  };
}

/** Everything that comes back for `text`, until the connection ends or `isEnough`. */
async function exchange(text: string, isEnough: (received: string) => boolean = () => false): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: ingress.httpPort });
  socket.write(text, "latin1");
  let received = "";
  return await new Promise((resolve) => {
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("latin1");
      if (isEnough(received)) socket.destroy();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(received));
  });
}

test("requests arrive with method, path, query, body and who the client is; answers come back", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { headers, method, url } = request;
      const forwarded = ["host", "x-forwarded-for", "x-forwarded-proto"].map((name) => headers.get(name));
      return Response.json(
        { method, url: new URL(url).pathname, body: await request.text(), forwarded },
        { status: 201 },
      );
    },
  });
  route("plain.test", [server.port ?? 0]);
  const response = await fetchFrom("plain.test", "/a/b?c=1", { method: "POST", body: "hello" });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({
    method: "POST",
    url: "/a/b",
    body: "hello",
    forwarded: ["plain.test", "127.0.0.1", "http"],
  });
});

test("large bodies pass both ways, by length and in chunks, whatever the speeds", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    maxRequestBodySize: 2 ** 30,
    fetch: async (request) => new Response(await request.arrayBuffer()),
  });
  route("large.test", [server.port ?? 0]);
  const body = randomBytes(8_000_000);
  const sized = await fetchFrom("large.test", "/", { method: "POST", body });
  expect(Buffer.from(await sized.arrayBuffer()).equals(body)).toBe(true);
  const stream = new ReadableStream({
    start(controller) {
      for (let index = 0; index < body.length; index += 500_000)
        controller.enqueue(body.subarray(index, index + 500_000));
      controller.close();
    },
  });
  const chunked = await fetchFrom("large.test", "/", { method: "POST", body: stream });
  expect(Buffer.from(await chunked.arrayBuffer()).equals(body)).toBe(true);
});

test("several requests on one connection, also sent at once, are answered in their order", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => new Response(new URL(request.url).pathname),
  });
  route("pipeline.test", [server.port ?? 0]);
  const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: pipeline.test\r\n\r\n`;
  const received = await exchange(request("/one") + request("/two") + request("/three"), (text) =>
    text.includes("/three"),
  );
  expect([...received.matchAll(/^\/(one|two|three)/gm)].map((match) => match[1])).toEqual(["one", "two", "three"]);
});

test("a server that refuses is passed over, and one that hangs up on an idle connection is asked again", async () => {
  using gone = await rawServer(() => undefined);
  const refusing = gone.port;
  gone[Symbol.dispose]();
  let count = 0;
  using server = await rawServer((socket) => {
    count++;
    // The second request on a connection finds that the server hangs up.
    if (count === 2) socket.destroy();
    else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  route("retry.test", [refusing, server.port]);
  for (let index = 0; index < 4; index++) expect(await (await fetchFrom("retry.test")).text()).toBe("ok");
  expect(count).toBe(5);
});

test("answers without a length end with the connection, and odd ones are a bad gateway", async () => {
  using rest = await rawServer((socket) => socket.end("HTTP/1.0 200 OK\nContent-Type: text/plain\n\nuntil the end"));
  using odd = await rawServer((socket) => socket.end("hello, I am no web server\r\n\r\n"));
  using silent = await rawServer((socket) => socket.destroy());
  route("rest.test", [rest.port]);
  route("odd.test", [odd.port]);
  route("silent.test", [silent.port]);
  expect(await (await fetchFrom("rest.test")).text()).toBe("until the end");
  expect((await fetchFrom("odd.test")).status).toBe(502);
  expect((await fetchFrom("silent.test")).status).toBe(502);
});

test("half an answer is no answer: the connection breaks", async () => {
  using server = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
  route("half.test", [server.port]);
  const outcome = await fetchFrom("half.test")
    .then(async (response) => await response.text())
    .catch(() => "broken");
  expect(outcome).toBe("broken");
});

test("interim answers come before the real one", async () => {
  using server = await rawServer((socket) => {
    socket.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  });
  route("interim.test", [server.port]);
  const received = await exchange("GET / HTTP/1.1\r\nHost: interim.test\r\n\r\n", (text) => text.includes("204"));
  expect(received).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 204 No Content\r\n/);
});

test("a connection is upgraded, and carries bytes both ways from then on", async () => {
  using server = await rawServer((socket, bytes) => {
    if (bytes.includes("Upgrade: websocket")) {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst");
    } else socket.write(`echo ${bytes.toString()}`);
  });
  route("socket.test", [server.port]);
  const socket = connect({ host: "127.0.0.1", port: ingress.httpPort });
  socket.write("GET /ws HTTP/1.1\r\nHost: socket.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  let received = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString();
      if (received.endsWith("first")) socket.write("hello");
      if (received.endsWith("echo hello")) resolve();
    });
  });
  expect(received).toContain("101 Switching Protocols");
  socket.destroy();
});

const REFUSED: readonly (readonly [string, string, number])[] = [
  ["two lengths", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400],
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    400,
  ],
  ["an unknown encoding", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip\r\n\r\n", 501],
  ["a folded header", "GET / HTTP/1.1\r\nHost: a.test\r\nX: a\r\n b\r\n\r\n", 400],
  ["a space before the colon", "GET / HTTP/1.1\r\nHost : a.test\r\n\r\n", 400],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["two hosts", "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n", 400],
  ["garbage", "\u0016\u0003\u0001\u0002\u0000\r\n\r\n", 400],
  ["another version", "GET / HTTP/2.0\r\nHost: a.test\r\n\r\n", 505],
  ["an endless head", `GET / HTTP/1.1\r\nHost: a.test\r\nX: ${"x".repeat(70_000)}`, 431],
];

test.each(REFUSED)("a request with %s is refused", async (_, text, status) => {
  expect(await exchange(text)).toStartWith(`HTTP/1.1 ${status} `);
});

test("bodies longer than an Ingress allows and servers that are silent for too long are told so", async () => {
  using silent = await rawServer(() => undefined);
  route("limits.test", [silent.port], { "proxy-body-size": "10", "proxy-read-timeout": "50ms" });
  expect((await fetchFrom("limits.test", "/", { method: "POST", body: "x".repeat(11) })).status).toBe(413);
  expect((await fetchFrom("limits.test")).status).toBe(504);
});

test("redirects and refusals are answered here, and everything is in the access log", async () => {
  decisions.set("redirect.test", { kind: "redirect", status: 308, location: "https://redirect.test/" });
  const response = await fetchFrom("redirect.test", "/", { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([308, "https://redirect.test/"]);
  expect((await fetchFrom("nobody.test")).status).toBe(404);
  expect(accesses.filter(({ host }) => host === "redirect.test")).toMatchObject([{ status: 308, method: "GET" }]);
});

async function grpcServer(): Promise<{ readonly port: number } & Disposable> {
  const server = createHttp2Server();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.pipe(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    [Symbol.dispose]: () => void server.close(),
  };
}

async function callHttp2(url: string, host: string, headers: Record<string, string>, body: string) {
  const session = connectHttp2(url, { rejectUnauthorized: false });
  const stream = session.request({ ":method": "POST", ":path": "/call", ":authority": host, ...headers });
  let text = "";
  let status = 0;
  let trailer: unknown;
  stream.on("response", (received) => void (status = Number(received[":status"])));
  stream.on("trailers", (received) => void (trailer = received["grpc-status"]));
  stream.on("data", (bytes: Buffer) => void (text += bytes.toString()));
  stream.end(body);
  await new Promise<void>((resolve, reject) => {
    stream.on("end", resolve);
    stream.on("error", reject);
    session.on("error", reject);
  });
  session.close();
  return { status, text, trailer };
}

test("gRPC passes with its trailers, with TLS and without", async () => {
  using server = await grpcServer();
  route("grpc.test", [server.port]);
  const grpc = { "content-type": "application/grpc" };
  const expected = { status: 200, text: "hello", trailer: "0" };
  expect(await callHttp2(`https://127.0.0.1:${ingress.httpsPort}`, "grpc.test", grpc, "hello")).toEqual(expected);
  expect(await callHttp2(`http://127.0.0.1:${ingress.httpPort}`, "grpc.test", grpc, "hello")).toEqual(expected);
});

test("HTTP/2 reaches servers that speak HTTP/1 only", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => new Response(`${request.headers.get("x-forwarded-proto")} ${await request.text()}`),
  });
  route("old.test", [server.port ?? 0]);
  const answer = await callHttp2(`https://127.0.0.1:${ingress.httpsPort}`, "old.test", {}, "hello");
  expect(answer).toMatchObject({ status: 200, text: "https hello" });
});

test("a client that leaves without a word is let go at once", async () => {
  const client = connect({ host: "127.0.0.1", port: ingress.httpPort, allowHalfOpen: true });
  const left = new Promise<string>((resolve) => client.once("end", () => resolve("let go")));
  await new Promise((resolve) => client.once("connect", resolve));
  client.resume();
  client.end();
  expect(await Promise.race([left, Bun.sleep(3000).then(() => "kept")])).toBe("let go");
  client.destroy();
});
