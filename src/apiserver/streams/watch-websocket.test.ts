import { expect, test } from "bun:test";

import { configmaps } from "../../api/resources.ts";
import { PROTOBUF_MEDIA_TYPE } from "../../api/schema/protobuf/envelope.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const PATH = "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=0";

/** The first messages of a watch, and then closes it. */
async function firstMessages(
  { connection }: TestApiServer,
  { path = PATH, count, accept, protocol }: { path?: string; count: number; accept?: string; protocol?: string },
): Promise<readonly (Buffer | string)[]> {
  const { server, caPem, clientCertificatePem, clientKeyPem } = connection;
  const socket = new WebSocket(server.replace("https", "wss") + path, {
    tls: { ca: caPem, cert: clientCertificatePem, key: clientKeyPem },
    ...(accept === undefined ? {} : { headers: { accept } }),
    ...(protocol === undefined ? {} : { protocols: [protocol] }),
  });
  socket.binaryType = "nodebuffer";
  const messages: (Buffer | string)[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener("message", ({ data }: MessageEvent<Buffer | string>) => {
    messages.push(data);
    if (messages.length === count) socket.close();
  });
  socket.addEventListener("close", () => resolve());
  socket.addEventListener("error", () => reject(new Error("The WebSocket was refused")));
  await promise;
  expect(socket.protocol).toBe(protocol ?? "");
  return messages;
}

const configMap = (name: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
});

async function withTwo(): Promise<TestApiServer> {
  const api = await startTestApiServer({ https: true });
  await api.client.resource(configmaps).create(configMap("a"));
  await api.client.resource(configmaps).create(configMap("b"));
  return api;
}

test("a watch by WebSocket sends each event as a message of text", async () => {
  await using api = await withTwo();
  const messages = await firstMessages(api, { count: 2 });
  expect(messages.map((each) => JSON.parse(String(each)) as unknown)).toMatchObject([
    { type: "ADDED", object: { kind: "ConfigMap", metadata: { name: "a" } } },
    { type: "ADDED", object: { metadata: { name: "b" } } },
  ]);
  expect(messages.every((each) => typeof each === "string")).toBe(true);
});

test("a watch by WebSocket sends protobuf as messages of bytes, without their lengths", async () => {
  await using api = await withTwo();
  const [message] = await firstMessages(api, { count: 1, accept: PROTOBUF_MEDIA_TYPE });
  expect(Buffer.isBuffer(message)).toBe(true);
  // A WatchEvent: its first field is the type.
  expect(
    Buffer.from(message ?? "")
      .subarray(0, 7)
      .toString("latin1"),
  ).toBe("\n\u0005ADDED");
});

test("a watch by WebSocket ends when its time is over, and is shown as a Table when asked", async () => {
  await using api = await withTwo();
  const messages = await firstMessages(api, {
    path: `${PATH}&timeoutSeconds=1`,
    count: 3,
    accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
  });
  expect(messages.map((each) => (JSON.parse(String(each)) as { object: { kind: string } }).object.kind)).toEqual([
    "Table",
    "Table",
  ]);
});
