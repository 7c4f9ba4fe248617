import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../lib/time/clock.ts";
import { isReady, scripted, startTestNode, type TestNode } from "../../testing/test-node.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
  await node.createPod("web", {
    containers: [{ ...scripted("main", "serve"), livenessProbe: { exec: { command: ["true"] } } }],
  });
  await node.pod("web", isReady);
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
});

async function page(address: string): Promise<{ statusCode: number; text: string }> {
  const { statusCode, body } = await node.agent.page(address);
  return { statusCode, text: typeof body === "string" ? body : await new Response(body).text() };
}

test("a node is healthy", async () => {
  expect(await page("/healthz")).toEqual({ statusCode: 200, text: "ok" });
  expect(await page("/nothing")).toEqual({ statusCode: 404, text: "404 page not found\n" });
});

test("a node lists its pods with their status", async () => {
  for (const path of ["/pods", "/runningpods/"]) {
    const { items } = JSON.parse((await page(path)).text);
    expect(items).toMatchObject([{ metadata: { name: "web" }, status: { phase: "Running" } }]);
  }
});

test("a node sums up what its pods use", async () => {
  const summary = JSON.parse((await page("/stats/summary")).text);
  expect(summary.node).toMatchObject({ nodeName: "node-1", memory: { workingSetBytes: 2 ** 20 } });
  expect(summary.node.fs.capacityBytes).toBeGreaterThan(summary.node.fs.availableBytes);
  expect(summary.pods).toMatchObject([
    {
      podRef: { name: "web", namespace: "default" },
      containers: [{ name: "main", cpu: { usageNanoCores: 1_000_000 } }],
    },
  ]);
  const short = JSON.parse((await page("/stats/summary?only_cpu_and_memory=true")).text);
  expect(short.node.fs).toBeUndefined();
});

test("a node has the metrics that Prometheus and metrics-server scrape", async () => {
  const resource = (await page("/metrics/resource")).text;
  expect(resource).toMatch(/^pod_memory_working_set_bytes\{namespace="default",pod="web"\} 1048576 \d+$/m);
  expect(resource).toMatch(/^container_start_time_seconds\{container="main",namespace="default",pod="web"\} \d+/m);
  const cadvisor = (await page("/metrics/cadvisor")).text;
  expect(cadvisor).toMatch(
    /^container_memory_usage_bytes\{container="main",.*image="busybox",.*pod="web"\} 1048576 \d+$/m,
  );
  expect((await page("/metrics")).text).toMatch(/^kubelet_running_pods 1$/m);
});

test("a node counts probes", async () => {
  let text = "";
  const isCounted = (): boolean => /^prober_probe_total\{container="main",.*result="successful"\} \d+$/m.test(text);
  for (const until = systemClock.now() + 10_000; !isCounted() && systemClock.now() < until;) {
    text = (await page("/metrics/probes")).text;
  }
  expect(isCounted()).toBe(true);
});

test("a node shows its log files and nothing else", async () => {
  await writeFile(join(node.directory, "kube.log"), "a line\n");
  await writeFile(join(node.directory, "secret.txt"), "no log\n");
  expect((await page("/logs/")).text).toContain('<a href="kube.log">kube.log</a>');
  expect((await page("/logs/")).text).not.toContain("secret");
  expect((await page("/logs/kube.log")).text).toBe("a line\n");
  for (const path of ["/logs/secret.txt", "/logs/..%2fkube.log"]) expect((await page(path)).statusCode).toBe(404);
});
