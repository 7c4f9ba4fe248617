import { expect, test } from "bun:test";
import { connect, type TLSSocket } from "node:tls";

import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

async function connected({ connection }: TestApiServer): Promise<TLSSocket> {
  const { hostname, port } = new URL(connection.server);
  const socket = connect({
    host: hostname,
    port: Number(port),
    ca: connection.caPem,
    cert: connection.clientCertificatePem,
    key: connection.clientKeyPem,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", () => resolve());
    socket.once("error", reject);
  });
  return socket;
}

const closed = async (socket: TLSSocket): Promise<void> => {
  // What is left to read must not keep the end from being seen.
  socket.resume();
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
};

const answer = async (socket: TLSSocket): Promise<string> =>
  (await new Promise<Buffer>((resolve) => socket.once("data", resolve))).toString("latin1");

test("who sends the head of a request drop by drop is cut off, and so is who sends nothing more", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await startTestApiServer({ https: true, clock });
  const slow = await connected(api);
  slow.write("GET /livez HTTP/1.1\r\nHost: a\r\n");
  const idle = await connected(api);
  idle.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(await answer(idle)).toStartWith("HTTP/1.1 200 OK");
  // The server has seen the end of its answer once it has taken the next request.
  idle.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(await answer(idle)).toStartWith("HTTP/1.1 200 OK");
  clock.advance(33_000);
  await closed(slow);
  idle.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(await answer(idle)).toStartWith("HTTP/1.1 200 OK");
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(91_000);
  await closed(idle);
});

test("a body that does not come is answered when its time is over, and its connection closed", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await startTestApiServer({ https: true, clock });
  const socket = await connected(api);
  socket.write(
    "POST /api/v1/namespaces/default/configmaps?timeout=5s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  );
  const answered = answer(socket);
  while (!(await isSettled(answered))) clock.advance(1000);
  const text = await answered;
  expect(text).toStartWith("HTTP/1.1 504 Gateway Timeout");
  expect(text).toContain(
    '"message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout"',
  );
  await closed(socket);
});

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol("waiting");
  const turn = new Promise((resolve) => setTimeout(() => resolve(waiting), 5));
  return (await Promise.race([promise, turn])) !== waiting;
}

test("a timeout that cannot be read is told, with upstream's words", async () => {
  await using api = await startTestApiServer({ https: true });
  const response = await api.fetch("/api/v1/namespaces/default/configmaps?timeout=soon");
  expect(await response.json()).toMatchObject({
    code: 400,
    message: 'invalid timeout specified in the request URL - time: invalid duration "soon"',
  });
});

test("a selector of a hundred kilobytes is read, and a head of more than a megabyte is not", async () => {
  await using api = await startTestApiServer({ https: true });
  const path = "/api/v1/namespaces/default/configmaps?labelSelector=";
  expect((await api.fetch(path + "a,".repeat(50_000) + "a")).status).toBe(200);
  expect((await api.fetch(path + "a,".repeat(600_000) + "a")).status).toBe(431);
});
