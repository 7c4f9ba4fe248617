import { expect, test } from "bun:test";

import { deployments, pods } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";
import { waitCondition } from "./wait-condition.ts";

const isMet = (
  text: string,
  object: Parameters<Extract<ReturnType<typeof waitCondition>, { type: "state" }>["isMet"]>[0],
) => {
  const condition = waitCondition(text);
  return condition.type === "state" && condition.isMet(object);
};

test("waitCondition compares conditions of the current generation, in any case", () => {
  const object = { metadata: { generation: 2 }, status: { conditions: [{ type: "Ready", status: "True" }] } };
  expect(isMet("condition=ready", object)).toBe(true);
  expect(isMet("condition=Ready=false", object)).toBe(false);
  expect(isMet("condition=Ready", { ...object, status: { ...object.status, observedGeneration: 1 } })).toBe(false);
});

test("waitCondition compares what a path finds", () => {
  const object = { status: { readyReplicas: 3, phase: "Running" } };
  expect(isMet("jsonpath={.status.readyReplicas}=3", object)).toBe(true);
  expect(isMet("jsonpath={.status.phase}=Pending", object)).toBe(false);
  expect(isMet("jsonpath={.status.phase}", object)).toBe(true);
  expect(isMet("jsonpath={.status.none}", object)).toBe(false);
  expect(() => waitCondition("ready")).toThrow('unrecognized condition: "ready"');
});

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "hello" }] },
});

test("wait ends when the pod is as asked for, and gives up in time", async () => {
  await using api = await startTestApiServer({ https: true });
  const client = api.client.resource(pods);
  const created = await client.create(pod("web"));
  const late = await captureRun(["wait", "--for=condition=Ready", "pod/web", "--timeout=100ms"], api.connection);
  expect(late).toEqual({ stdout: "", stderr: "error: timed out waiting for the condition on pods/web\n", exitCode: 1 });
  const waiting = captureRun(["wait", "--for=condition=Ready", "pod/web"], api.connection);
  await client.updateStatus({
    ...created,
    status: { ...created.status, conditions: [{ type: "Ready", status: "True" }] },
  });
  expect(await waiting).toEqual({ stdout: "pod/web condition met\n", stderr: "", exitCode: 0 });
});

test("scale sets the replicas, if they are what was expected", async () => {
  await using api = await startTestApiServer({ https: true });
  const labels = { app: "web" };
  await api.client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod("web").spec } },
  });
  const scale = (...args: string[]) => captureRun(["scale", "deploy/web", ...args], api.connection);
  expect((await scale("--replicas=3")).stdout).toBe("deployment.apps/web scaled\n");
  expect((await scale("--replicas=5", "--current-replicas=1")).stderr).toBe(
    "error: Expected replicas to be 1, was 3\n",
  );
  expect((await scale("--replicas=5", "--current-replicas=3")).stdout).toBe("deployment.apps/web scaled\n");
  const { spec } = await api.client.resource(deployments).get({ name: "web", namespace: "default" });
  expect(spec?.replicas).toBe(5);
});
