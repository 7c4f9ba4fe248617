import { expect, test } from "bun:test";

import { pods } from "../api/resources.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import type { NodeConnection, TerminalStreams } from "./node-connection.ts";

const refuse = (): Promise<never> => Promise.reject(new Error("Not part of this test"));

/** A node whose containers send back what they are sent, and then end with code 3. */
const echoNode: NodeConnection = {
  logs: async () => new Response("a line\n").body ?? refuse(),
  exec: async (_pod, _options, streams) => {
    await echo(streams);
    return { exitCode: 3 };
  },
  attach: refuse,
  portForward: async () => new TransformStream<Uint8Array, Uint8Array>(),
};

const echo = async ({ stdin, stdout }: TerminalStreams): Promise<void> => {
  if (stdin && stdout) await stdin.pipeTo(stdout);
};

async function withPod() {
  const api = await startTestApiServer({ https: true, nodeConnection: echoNode });
  await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { nodeName: "node-1", containers: [{ name: "main", image: "web" }] },
  });
  return api;
}

const podPath = "/api/v1/namespaces/default/pods/web";

/** What a WebSocket client is sent until the server closes, or until it was answered to what it sends. */
async function messagesOf(
  api: Awaited<ReturnType<typeof withPod>>,
  path: string,
  protocol: string | undefined,
  sent: readonly string[] = [],
): Promise<readonly (Buffer | string)[]> {
  const { server, caPem, clientCertificatePem, clientKeyPem } = api.connection;
  const socket = new WebSocket(`${server.replace("https", "wss")}${podPath}/${path}`, {
    ...(protocol !== undefined && { protocols: [protocol] }),
    tls: { ca: caPem, cert: clientCertificatePem, key: clientKeyPem },
  });
  socket.binaryType = "nodebuffer";
  const messages: (Buffer | string)[] = [];
  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener("open", () => sent.forEach((text) => socket.send(text)));
  socket.addEventListener("message", ({ data }: MessageEvent<Buffer | string>) => {
    messages.push(data);
    if (messages.length === sent.length + 1 && sent.length > 0) socket.close();
  });
  socket.addEventListener("close", () => resolve());
  socket.addEventListener("error", () => reject(new Error("The WebSocket was refused")));
  await closed;
  expect(socket.protocol).toBe(protocol ?? "");
  return messages;
}

test("logs are the bytes that the node sends", async () => {
  await using api = await withPod();
  const response = await api.fetch(`${podPath}/log`);
  expect(await response.text()).toBe("a line\n");
});

test("logs of a container that the pod does not have are a bad request", async () => {
  await using api = await withPod();
  const response = await api.fetch(`${podPath}/log?container=other`);
  expect(await response.json()).toMatchObject({ code: 400, message: "container other is not valid for pod web" });
});

test.each([
  ["binary.k8s.io", "a line\n"],
  ["base64.binary.k8s.io", Buffer.from("a line\n").toString("base64")],
  [undefined, "a line\n"],
])("logs by WebSocket are messages, as protocol %p has them", async (protocol, expected) => {
  await using api = await withPod();
  const messages = await messagesOf(api, "log", protocol);
  expect(messages.map(String)).toEqual(["", expected]);
});

test("exec by WebSocket carries input, output, half close and the exit code", async () => {
  await using api = await withPod();
  const { server, caPem, clientCertificatePem, clientKeyPem } = api.connection;
  const socket = new WebSocket(`${server.replace("https", "wss")}${podPath}/exec?command=cat&stdin=true&stdout=true`, {
    protocols: ["v5.channel.k8s.io"],
    tls: { ca: caPem, cert: clientCertificatePem, key: clientKeyPem },
  });
  socket.binaryType = "nodebuffer";
  const received: Record<number, string> = {};
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.addEventListener("open", () => {
    socket.send(Buffer.from("\0hello"));
    socket.send(Buffer.from([255, 0]));
  });
  socket.addEventListener("message", ({ data }: MessageEvent<Buffer>) => {
    const channel = data[0] ?? 0;
    received[channel] = (received[channel] ?? "") + data.subarray(1).toString();
  });
  socket.addEventListener("close", () => resolve());
  await closed;
  expect(received[1]).toBe("hello");
  expect(JSON.parse(received[3] ?? "")).toMatchObject({
    status: "Failure",
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "3" }] },
  });
});

test.each(["channel.k8s.io", undefined])(
  "exec by the oldest protocol, %p, ends with the text of a failure",
  async (protocol) => {
    await using api = await withPod();
    const messages = await messagesOf(api, "exec?command=cat&stdout=true", protocol);
    expect(messages.map(String)).toEqual(["\x01", "\x03command terminated with non-zero exit code: exit status 3"]);
  },
);

test("exec by a protocol of text carries base64 in both directions", async () => {
  await using api = await withPod();
  const path = "exec?command=cat&stdin=true&stdout=true";
  const sent = `0${Buffer.from("hello").toString("base64")}`;
  const messages = await messagesOf(api, path, "base64.channel.k8s.io", [sent]);
  expect(messages[1]).toBe(`1${Buffer.from("hello").toString("base64")}`);
});

test("exec without an upgrade is a bad request", async () => {
  await using api = await withPod();
  const response = await api.fetch(`${podPath}/exec?command=cat&stdout=true`, { method: "POST" });
  expect(await response.json()).toMatchObject({ code: 400, message: "Upgrade request required" });
});
