import { expect, test } from "bun:test";

import { badRequest } from "../../../api/api-error.ts";
import { deployments, pods } from "../../../api/resources.ts";
import type { Container } from "../../../api/types/core-v1.ts";
import {
  type LogOptions,
  type NodeConnection,
  startTestApiServer,
  type TestApiServer,
} from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

const bytes = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream();
const unexpected = (): Promise<never> => Promise.reject(new Error("Only logs are asked for here"));

/** A node whose containers have all logged two lines; `asked` gets what was asked for. */
function loggingNode(asked: LogOptions[] = []): NodeConnection {
  return {
    exec: unexpected,
    attach: unexpected,
    portForward: unexpected,
    logs(pod, options) {
      asked.push(options);
      return Promise.resolve(bytes(`${pod.metadata.name} ${options.container} 1\n${options.container} 2`));
    },
  };
}

const container = (name: string): Container => ({ name, image: "hello" });

async function createPod(
  { client }: TestApiServer,
  name: string,
  containers: readonly string[],
  labels: Record<string, string> = {},
): Promise<void> {
  await client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels },
    spec: { nodeName: "node-1", containers: containers.map(container) },
  });
}

test("logs writes the log of a pod's only container as it is", async () => {
  const asked: LogOptions[] = [];
  await using api = await startTestApiServer({ https: true, nodeConnection: loggingNode(asked) });
  await createPod(api, "web", ["main"]);
  const run = await captureRun(["logs", "web", "--tail=5", "--since=90s", "--timestamps"], api.connection);
  expect(run).toEqual({ stdout: "web main 1\nmain 2", stderr: "", exitCode: 0 });
  expect(asked).toMatchObject([{ container: "main", tailLines: 5, sinceSeconds: 90, timestamps: true, follow: false }]);
});

test("logs says which of several containers it took, and which there are", async () => {
  await using api = await startTestApiServer({ https: true, nodeConnection: loggingNode() });
  await createPod(api, "web", ["main", "side"]);
  const first = await captureRun(["logs", "web"], api.connection);
  expect(first).toEqual({
    stdout: "web main 1\nmain 2",
    stderr: 'Defaulted container "main" out of: main, side\n',
    exitCode: 0,
  });
  const wrong = await captureRun(["logs", "web", "-c", "none"], api.connection);
  expect(wrong).toEqual({
    stdout: "",
    stderr: "error: container none is not valid for pod web out of: main, side\n",
    exitCode: 1,
  });
});

test("logs of several pods are prefixed with pod and container", async () => {
  const asked: LogOptions[] = [];
  await using api = await startTestApiServer({ https: true, nodeConnection: loggingNode(asked) });
  for (const name of ["web-1", "web-2"]) await createPod(api, name, ["main", "side"], { app: "web" });
  const { stdout } = await captureRun(["logs", "-l", "app=web", "--all-containers", "--prefix"], api.connection);
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    "[pod/web-1/main] web-1 main 1",
    "[pod/web-1/main] main 2[pod/web-1/side] web-1 side 1",
    "[pod/web-1/side] side 2[pod/web-2/main] web-2 main 1",
  ]);
  expect(asked.map(({ tailLines }) => tailLines)).toEqual([10, 10, 10, 10]);
});

test("logs of a deployment are those of one of its pods", async () => {
  await using api = await startTestApiServer({ https: true, nodeConnection: loggingNode() });
  const labels = { app: "web" };
  await api.client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container("main")] } },
    },
  });
  for (const name of ["web-1", "web-2"]) await createPod(api, name, ["main"], labels);
  const run = await captureRun(["logs", "deploy/web"], api.connection);
  expect(run).toMatchObject({ stderr: "Found 2 pods, using pod/web-1\n", exitCode: 0 });
});

test("logs refuses to follow more logs than allowed", async () => {
  await using api = await startTestApiServer({ https: true, nodeConnection: loggingNode() });
  for (const name of ["web-1", "web-2"]) await createPod(api, name, ["main"], { app: "web" });
  const run = await captureRun(["logs", "-f", "-l", "app=web", "--max-log-requests=1"], api.connection);
  expect(run.stderr).toBe(
    "error: you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, use --max-log-requests to increase the limit\n",
  );
});

test("logs -f asks again while the container has not started", async () => {
  let tries = 0;
  const logs: NodeConnection["logs"] = (pod, options, signal) =>
    ++tries === 1
      ? Promise.reject(badRequest('container "main" in pod "web" is waiting to start: ContainerCreating'))
      : loggingNode().logs(pod, options, signal);
  await using api = await startTestApiServer({ https: true, nodeConnection: { ...loggingNode(), logs } });
  await createPod(api, "web", ["main"]);
  expect(await captureRun(["logs", "-f", "web"], api.connection)).toEqual({
    stdout: "web main 1\nmain 2",
    stderr: 'container "main" in pod "web" is waiting to start: ContainerCreating\n',
    exitCode: 0,
  });
});

test("logs tells in which namespace a pod is not found", async () => {
  await using api = await startTestApiServer({ https: true });
  expect(await captureRun(["logs", "none"], api.connection)).toEqual({
    stdout: "",
    stderr: 'error: error from server (NotFound): pods "none" not found in namespace "default"\n',
    exitCode: 1,
  });
});
