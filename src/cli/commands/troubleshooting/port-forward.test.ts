import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect, createServer } from "node:net";

import { pods, services } from "../../../api/resources.ts";
import { type NodeConnection, startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun, type CapturedRun } from "../../captured-run.ts";

const unexpected = (): Promise<never> => Promise.reject(new Error("Only port-forward is asked for here"));

/** A node whose pods repeat what they are sent, but listen on port 8080 only. */
const echoingNode: NodeConnection = {
  logs: unexpected,
  exec: unexpected,
  attach: unexpected,
  portForward: async (_pod, port) => {
    if (port !== 8080) throw new Error("connection refused");
    return new TransformStream<Uint8Array, Uint8Array>();
  },
};

async function serverWithPod(): Promise<TestApiServer> {
  const api = await startTestApiServer({ https: true, nodeConnection: echoingNode });
  const client = api.client.resource(pods);
  const pod = await client.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "main", image: "hello", ports: [{ name: "http", containerPort: 8080 }] }],
    },
  });
  await client.updateStatus({ ...pod, status: { phase: "Running" } });
  await api.client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "front", namespace: "default" },
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
  });
  return api;
}

/** Runs the command, does something with the local ports that it tells, and interrupts it. */
async function whileForwarding(
  api: TestApiServer,
  args: readonly string[],
  work: (ports: readonly number[]) => Promise<void>,
): Promise<CapturedRun> {
  const interrupt = new AbortController();
  const told = Promise.withResolvers<readonly number[]>();
  const expected = args.filter((arg) => arg.includes(":")).length;
  const running = captureRun(["port-forward", "--address", "127.0.0.1", ...args], api.connection, {
    signal: interrupt.signal,
    onOutput(text) {
      const ports = [...text.matchAll(/Forwarding from 127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
      if (ports.length === expected) told.resolve(ports);
    },
  });
  const ports = await Promise.race([told.promise, running.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  await work(ports);
  interrupt.abort(new Error("Interrupted"));
  return await running;
}

/** What comes back for what is sent, both sides ending in good order. */
async function exchanged(port: number, text: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  socket.end(text);
  const pieces: Buffer[] = [];
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  await once(socket, "end");
  return Buffer.concat(pieces).toString();
}

test("port-forward carries connections to a pod, several at once, and ends at Ctrl-C", async () => {
  await using api = await serverWithPod();
  const large = "0123456789".repeat(50_000);
  let port = 0;
  const run = await whileForwarding(api, ["web", ":8080"], async ([first = 0]) => {
    port = first;
    const answers = await Promise.all([exchanged(port, "one"), exchanged(port, large), exchanged(port, "three")]);
    expect(answers.map((answer) => answer.length)).toEqual([3, large.length, 5]);
    expect(answers[1] === large).toBe(true);
  });
  const handled = `Handling connection for ${port}\n`.repeat(3);
  expect(run).toEqual({
    stdout: `Forwarding from 127.0.0.1:${port} -> 8080\n${handled}`,
    stderr: "",
    exitCode: 0,
  });
});

test("port-forward of a service leads to its target port, for each port asked for", async () => {
  await using api = await serverWithPod();
  const run = await whileForwarding(api, ["service/front", ":80", "0:80"], async (ports) => {
    expect(await Promise.all(ports.map((port) => exchanged(port, "hello")))).toEqual(["hello", "hello"]);
  });
  expect(run.stderr).toBe("");
  expect(run.stdout.match(/ -> 8080\n/g)).toHaveLength(2);
});

test("port-forward ends when nothing listens in the pod", async () => {
  await using api = await serverWithPod();
  let connected: Promise<string> | undefined;
  const run = await captureRun(["port-forward", "--address", "127.0.0.1", "web", ":81"], api.connection, {
    onOutput(text) {
      const port = /:(\d+) -> 81/.exec(text)?.[1];
      connected ??= exchanged(Number(port), "hello");
    },
  });
  expect(await connected).toBe("");
  expect(run.stderr).toMatch(
    /^an error occurred forwarding \d+ -> 81: an error occurred forwarding 81: connection refused\nerror: lost connection to pod\n$/,
  );
  expect(run.exitCode).toBe(1);
});

test("port-forward says which local port is taken", async () => {
  await using api = await serverWithPod();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const run = await captureRun(["port-forward", "--address", "127.0.0.1", "web", `${port}:8080`], api.connection);
  server.close();
  expect(run).toEqual({
    stdout: "",
    stderr:
      `Unable to listen on port ${port}: Listeners failed to create with the following errors: ` +
      `[unable to create listener: Error listen tcp4 127.0.0.1:${port}: bind: address already in use]\n` +
      `error: unable to listen on any of the requested ports: [{${port} 8080}]\n`,
    exitCode: 1,
  });
});

test("port-forward explains what is missing on its command line", async () => {
  await using api = await serverWithPod();
  const said = async (...args: string[]): Promise<string> =>
    (await captureRun(["port-forward", ...args], api.connection)).stderr;
  expect(await said("web")).toContain("error: TYPE/NAME and list of ports are required for port-forward\n");
  expect(await said("none", "80")).toBe('Error from server (NotFound): pods "none" not found\n');
  expect(await said("web", "80", "--address", "example.com")).toBe("error: example.com is not a valid IP\n");
});
