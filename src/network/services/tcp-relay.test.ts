import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { connect, createServer, type Server } from "node:net";

import { aTarget } from "../../testing/routes.ts";
import { listenTcp } from "./tcp-relay.ts";

async function echoServer(): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : 0 };
}

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Sends `body`, ends, and collects what comes back. */
async function roundTrip(port: number, body: Buffer): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.end(body));
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    socket.on("end", () => resolve(Buffer.concat(chunks)));
    socket.on("error", reject);
  });
}

test("listenTcp relays bytes both ways and passes the half-close on", async () => {
  const { server, port } = await echoServer();
  const listener = await listenTcp({ hostname: "127.0.0.1", port: 0 }, () => aTarget([{ ip: "127.0.0.1", port }]));
  expect((await roundTrip(listener.port, Buffer.from("hello"))).toString()).toBe("hello");
  listener.close();
  server.close();
});

test("listenTcp loses nothing of a large body, whatever the speeds", async () => {
  const { server, port } = await echoServer();
  const listener = await listenTcp({ hostname: "127.0.0.1", port: 0 }, () => aTarget([{ ip: "127.0.0.1", port }]));
  const body = Buffer.alloc(20_000_000, "0123456789abcdef");
  expect(hash(await roundTrip(listener.port, body))).toBe(hash(body));
  listener.close();
  server.close();
});

test("listenTcp passes over an endpoint that refuses", async () => {
  const { server, port } = await echoServer();
  const gone = await echoServer();
  gone.server.close();
  const listener = await listenTcp({ hostname: "127.0.0.1", port: 0 }, () =>
    aTarget([
      { ip: "127.0.0.1", port: gone.port },
      { ip: "127.0.0.1", port },
    ]),
  );
  for (const word of ["one", "two", "three"])
    expect((await roundTrip(listener.port, Buffer.from(word))).toString()).toBe(word);
  listener.close();
  server.close();
});

test("listenTcp closes a connection that no endpoint takes", async () => {
  const listener = await listenTcp({ hostname: "127.0.0.1", port: 0 }, () => aTarget([]));
  const outcome = await new Promise((resolve) => {
    const socket = connect({ port: listener.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.on("close", () => resolve("closed"));
  });
  expect(outcome).toBe("closed");
  listener.close();
});
