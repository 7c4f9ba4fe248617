import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeClock } from "../../../lib/time/fake-clock.ts";
import { UserError } from "../../../lib/user-error.ts";
import { isRuntimeError } from "../runtime-error.ts";
import { checkEngine, DockerConnection } from "./connection.ts";
import type { DockerEndpoint } from "./endpoint.ts";

let directory: string;
let endpoint: DockerEndpoint & { readonly type: "socket" };
let clock: FakeClock;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "kube-connection-"));
  endpoint = { type: "socket", path: join(directory, "docker.sock") };
  clock = new FakeClock();
});
afterEach(() => rmSync(directory, { recursive: true }));

/** An engine that does with a connection what `onConnection` says. */
async function fakeEngine(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(endpoint.path, resolve));
  return server;
}

/** An engine that takes requests and never answers. */
async function stuckEngine() {
  const asked = Promise.withResolvers<Socket>();
  const server = await fakeEngine((socket) => socket.once("data", () => asked.resolve(socket)));
  return { server, asked: asked.promise };
}

async function rejection(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const ping = (connection: DockerConnection, options = {}) =>
  connection.call("Listing", (abortSignal) => connection.docker.listContainers({ abortSignal }), options);

test("call gives up on an engine that does not answer, and closes the connection", async () => {
  const { server, asked } = await stuckEngine();
  using connection = new DockerConnection(endpoint, clock);
  const call = rejection(ping(connection, { timeoutMs: 5000 }));
  const socket = await asked;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  clock.advance(5000);
  expect(String(await call)).toContain("Listing had no answer from Docker within 5 s");
  await closed;
  server.close();
});

test("call ends when its caller gives up, and when the connection closes", async () => {
  const { server, asked } = await stuckEngine();
  const connection = new DockerConnection(endpoint, clock);
  const caller = new AbortController();
  const given = rejection(ping(connection, { signal: caller.signal }));
  const closed = rejection(ping(connection));
  await asked;
  caller.abort(new Error("The client is gone"));
  expect(String(await given)).toContain("Listing was abandoned");
  connection[Symbol.dispose]();
  expect(String(await closed)).toContain("the runtime is closed");
  expect(String(await rejection(ping(connection)))).toContain("the runtime is closed");
  expect(clock.pending).toBe(0);
  server.close();
});

test("call passes on what the engine says, without its HTTP dressing", async () => {
  const body = JSON.stringify({ message: "No such container: x" });
  const server = await fakeEngine((socket) => {
    const head = `HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.once("data", () => socket.end(head + body));
  });
  using connection = new DockerConnection(endpoint, clock);
  const error = await rejection(connection.call("Inspecting", () => connection.docker.getContainer("x").inspect()));
  expect(isRuntimeError(error, "NotFound")).toBe(true);
  expect(String(error)).toBe("RuntimeError: No such container: x");
  server.close();
});

test("checkEngine says what to do when no engine answers", async () => {
  using connection = new DockerConnection(endpoint, clock);
  const error = await rejection(checkEngine(connection, endpoint));
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toContain(`Docker does not answer at ${endpoint.path}`);
  expect((error as UserError).hint).toContain("Start Docker");
});
