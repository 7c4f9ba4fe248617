import { expect, test } from "bun:test";

import { isApiError } from "../api/api-error.ts";
import { configmaps, pods } from "../api/resources.ts";
import { silentLogger } from "../lib/logger.ts";
import { systemClock } from "../lib/time/clock.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import { createInformer } from "./cached-informer.ts";
import { createClient } from "./client.ts";
import { ConnectionError } from "./connection-error.ts";
import { HttpsTransport, type Connection } from "./https-transport.ts";
import type { TransportWatchEvent } from "./transport.ts";

/** A server that answers as told: what proxies and broken servers send cannot be had from ours. */
function serverThat(answer: (request: Request) => Response | Promise<Response>, connection: Partial<Connection> = {}) {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  const transport = new HttpsTransport(
    { server: `http://127.0.0.1:${server.port}`, userAgent: "test", ...connection },
    systemClock,
  );
  return {
    transport,
    client: createClient(transport),
    async [Symbol.asyncDispose]() {
      transport[Symbol.dispose]();
      await server.stop(true);
    },
  };
}

const line = (name: string): string =>
  `${JSON.stringify({ type: "ADDED", object: { kind: "Pod", apiVersion: "v1", metadata: { name } } })}\n`;

const refusal = async (attempt: Promise<unknown>): Promise<{ code: number; reason: string; message: string }> => {
  try {
    await attempt;
  } catch (error) {
    if (isApiError(error)) return { code: error.code, reason: error.reason, message: error.message };
    throw error;
  }
  throw new Error("The server did not refuse");
};

test("HttpsTransport takes a Status as the server wrote it", async () => {
  await using server = serverThat(() =>
    Response.json(
      {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        reason: "Expired",
        code: 410,
        message: "old",
      },
      { status: 410 },
    ),
  );
  expect(await refusal(server.client.resource(pods).list())).toEqual({ code: 410, reason: "Expired", message: "old" });
});

test("HttpsTransport explains an answer that is no Status as client-go does", async () => {
  await using server = serverThat(() => new Response("404 page not found\n", { status: 404 }));
  expect(await refusal(server.client.resource(pods).get({ namespace: "a", name: "b" }))).toEqual({
    code: 404,
    reason: "NotFound",
    message: "the server could not find the requested resource (get pods b)",
  });
});

test("HttpsTransport repeats a request when the server asks to come back", async () => {
  let asked = 0;
  await using server = serverThat(() =>
    asked++ === 0
      ? new Response("busy", { status: 429, headers: { "Retry-After": "0" } })
      : Response.json({ kind: "Pod", apiVersion: "v1", metadata: { name: "b" } }),
  );
  const pod = await server.client.resource(pods).get({ namespace: "a", name: "b" });
  expect({ name: pod.metadata.name, asked }).toEqual({ name: "b", asked: 2 });
});

test("HttpsTransport shows who it is", async () => {
  const headers: Record<string, string | null>[] = [];
  await using server = serverThat(
    (request) => {
      const shown = ["authorization", "impersonate-user", "user-agent"];
      headers.push(Object.fromEntries(shown.map((name) => [name, request.headers.get(name)])));
      return Response.json({ kind: "PodList", apiVersion: "v1", metadata: {}, items: [] });
    },
    { token: async () => "secret", impersonate: { user: "jane" } },
  );
  await server.client.resource(pods).list();
  expect(headers).toEqual([{ authorization: "Bearer secret", "impersonate-user": "jane", "user-agent": "test" }]);
});

test("HttpsTransport tells watch events as lines arrive, however they are cut", async () => {
  const text = line("grün") + line("b");
  await using server = serverThat(
    () =>
      new Response(
        new ReadableStream({
          async start(controller) {
            for (const byte of new TextEncoder().encode(text)) {
              controller.enqueue(Uint8Array.of(byte));
              await new Promise((resolve) => setImmediate(resolve));
            }
            controller.close();
          },
        }),
      ),
  );
  const seen: TransportWatchEvent[] = [];
  const ended = Promise.withResolvers<Error | undefined>();
  server.client.resource(pods).watch({}, { onEvent: (event) => void seen.push(event), onEnd: ended.resolve });
  expect(await ended.promise).toBeUndefined();
  expect(seen.map(({ type, object }) => `${type} ${object.metadata.name ?? ""}`)).toEqual(["ADDED grün", "ADDED b"]);
});

test("HttpsTransport ends a refused watch with the refusal", async () => {
  await using server = serverThat(() => new Response("", { status: 403 }));
  const ended = Promise.withResolvers<Error | undefined>();
  server.client.resource(pods).watch({}, { onEvent: () => undefined, onEnd: ended.resolve });
  expect(isApiError(await ended.promise, "Forbidden")).toBe(true);
});

test("HttpsTransport says nothing more after a watch was stopped", async () => {
  const connected = Promise.withResolvers<void>();
  await using server = serverThat(() => {
    connected.resolve();
    return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array()) }));
  });
  let ends = 0;
  const watch = server.client.resource(pods).watch({}, { onEvent: () => undefined, onEnd: () => void ends++ });
  await connected.promise;
  watch.stop();
  await server[Symbol.asyncDispose]();
  expect(ends).toBe(0);
});

test("HttpsTransport follows a real server with a client certificate", async () => {
  await using server = await startTestApiServer({ https: true });
  await using informer = createInformer(server.httpsClient, configmaps, { clock: systemClock, log: silentLogger });
  await informer.synced();
  const metadata = { name: "a", namespace: "default" };
  await server.httpsClient.resource(configmaps).create({ apiVersion: "v1", kind: "ConfigMap", metadata });
  await informer.until(() => informer.get("default/a") !== undefined, new AbortController().signal);
  await server.httpsClient.resource(configmaps).delete(metadata);
  await informer.until(() => informer.list().length === 0, new AbortController().signal);
});

test("HttpsTransport checks the server's certificate, against another name if told, or not at all", async () => {
  await using server = await startTestApiServer({ https: true });
  const versionBy = async (connection: Partial<Connection>): Promise<boolean> => {
    using transport = new HttpsTransport({ ...server.connection, ...connection }, systemClock);
    return (await transport.raw({ method: "GET", path: "/version" })).ok;
  };
  expect(await versionBy({})).toBe(true);
  expect(await versionBy({ tlsServerName: "localhost" })).toBe(true);
  const isRefused = (connection: Partial<Connection>): Promise<boolean> =>
    versionBy(connection).then(
      () => false,
      (error: unknown) => error instanceof ConnectionError,
    );
  expect(await isRefused({ tlsServerName: "example.com" })).toBe(true);
  expect(await isRefused({ caPem: undefined })).toBe(true);
  expect(await versionBy({ caPem: undefined, insecureSkipTlsVerify: true })).toBe(true);
});
