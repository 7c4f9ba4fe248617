import { expect, test } from "bun:test";

import { pods } from "../../api/resources.ts";
import { type NodeConnection, startTestApiServer } from "../../testing/test-api-server.ts";

const refuse = (): Promise<never> => Promise.reject(new Error("Not part of this test"));

/** A node whose pods greet and hang up on port 80, and do not listen elsewhere. */
const greetingNode: NodeConnection = {
  logs: refuse,
  exec: refuse,
  attach: refuse,
  portForward: async (_pod, port) => {
    if (port !== 80) throw new Error("connection refused");
    return { readable: new Blob(["bye"]).stream(), writable: new WritableStream() };
  },
};

test("port-forward by channels closes when the pod has ended its side of every port", async () => {
  await using api = await startTestApiServer({ https: true, nodeConnection: greetingNode });
  await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { nodeName: "node-1", containers: [{ name: "main", image: "web" }] },
  });
  const { server, caPem, clientCertificatePem, clientKeyPem } = api.connection;
  const path = "/api/v1/namespaces/default/pods/web/portforward?ports=80&ports=81";
  const socket = new WebSocket(server.replace("https", "wss") + path, {
    protocols: ["v4.channel.k8s.io"],
    tls: { ca: caPem, cert: clientCertificatePem, key: clientKeyPem },
  });
  socket.binaryType = "nodebuffer";
  const received: string[] = ["", "", "", ""];
  const { promise: closed, resolve } = Promise.withResolvers<number>();
  socket.addEventListener("message", ({ data }: MessageEvent<Buffer>) => {
    received[data[0] ?? 0] += data.toString("latin1", 1);
  });
  socket.addEventListener("close", ({ code }) => resolve(code));
  const code = await closed;
  // Each channel begins with its port.
  expect(received).toEqual(["P\0bye", "P\0", "Q\0", "Q\0an error occurred forwarding 81: connection refused"]);
  expect(code).toBe(1000);
});
