import { expect, test } from "bun:test";

import { systemClock } from "../lib/time/clock.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import { ConnectionError } from "./connection-error.ts";
import { type Connection, HttpsTransport, type HttpsTransportOptions } from "./https-transport.ts";

async function failure(connection: Partial<Connection>, options: HttpsTransportOptions = {}): Promise<ConnectionError> {
  using transport = new HttpsTransport(
    { server: "http://127.0.0.1:1", userAgent: "test", ...connection },
    systemClock,
    options,
  );
  try {
    await transport.raw({ method: "GET", path: "/version" });
  } catch (error) {
    if (error instanceof ConnectionError) return error;
    throw error;
  }
  throw new Error("The connection did not fail");
}

test("a port where nobody listens refuses", async () => {
  expect(await failure({})).toMatchObject({ host: "127.0.0.1:1", isRefused: true });
});

test("a certificate of an unknown authority is not trusted, and said in client-go's words", async () => {
  await using api = await startTestApiServer({ https: true });
  const { message, isRefused } = await failure({ server: api.connection.server });
  expect({ message, isRefused }).toEqual({
    message: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    isRefused: false,
  });
});

test("a certificate for another name is not trusted", async () => {
  await using api = await startTestApiServer({ https: true });
  const { message } = await failure({ ...api.connection, tlsServerName: "example.com" });
  expect(message).toStartWith("tls: failed to verify certificate: x509: certificate is not valid for ");
});

test("a server that does not answer in time is given up", async () => {
  using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Promise<Response>(() => undefined) });
  const { message } = await failure({ server: `http://127.0.0.1:${server.port}` }, { timeoutMs: 20 });
  expect(message).toBe(
    `Get "http://127.0.0.1:${server.port}/version": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  );
});

test("warnings of the server are handed on", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("{}", { headers: { Warning: '299 - "old"' } }),
  });
  const warnings: string[] = [];
  using transport = new HttpsTransport({ server: `http://127.0.0.1:${server.port}`, userAgent: "test" }, systemClock, {
    onWarning: (text) => warnings.push(text),
  });
  await transport.raw({ method: "GET", path: "/version" });
  expect(warnings).toEqual(["old"]);
});
