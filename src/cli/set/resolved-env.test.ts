import { expect, test } from "bun:test";

import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";

test("set env --list --resolve follows references, and tells which lead nowhere", async () => {
  await using api = await startTestApiServer({ https: true });
  const run = async (args: readonly string[], stdin = "") => await captureRun(args, api.connection, { stdin });
  await run(["create", "configmap", "settings", "--from-literal=color=blue"]);
  const env = [
    { name: "A", value: "b" },
    { name: "C", valueFrom: { configMapKeyRef: { name: "settings", key: "color" } } },
    { name: "N", valueFrom: { secretKeyRef: { name: "nope", key: "x" } } },
    { name: "R", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
  ];
  const container = { name: "c", image: "x", env, resources: { limits: { memory: "1500Ki" } } };
  const labels = { app: "e" };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "e" } };
  const spec = { replicas: 0, selector: { matchLabels: labels }, template };
  await run(["apply", "-f", "-"], JSON.stringify({ ...deployment, spec }));
  const { stdout, stderr, exitCode } = await run(["set", "env", "deployment/e", "--list", "--resolve"]);
  expect(stdout).toBe("# Deployment e, container c\nA=b\nC=blue\n# N from secret nope, key x\nR=2\n");
  expect(stderr).toBe('error retrieving reference for N: secrets "nope" not found\n');
  expect(exitCode).toBe(0);
});
