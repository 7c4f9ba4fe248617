import { expect, test } from "bun:test";

import type { Container, Pod, PodSpec, ResourceRequirements } from "../../api/types/core-v1.ts";
import { containerResources } from "./container-resources.ts";

const GIBIBYTE = 2 ** 30;

const aPod = (containers: Container[], spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers, ...spec },
});

function numbers(resources: ResourceRequirements | undefined, spec: Partial<PodSpec> = {}) {
  const container = { name: "main", ...(resources ? { resources } : {}) };
  return containerResources(aPod([container], spec), container, 8 * GIBIBYTE);
}

test("containerResources gives the least to a container that asks for nothing", () => {
  expect(numbers(undefined)).toEqual({
    cpuShares: 2,
    cpuQuota: undefined,
    memoryLimitBytes: undefined,
    oomScoreAdj: 1000,
  });
});

test("containerResources turns requests into shares and limits into a quota", () => {
  const resources = { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "1500m", memory: "2Gi" } };
  expect(numbers(resources)).toEqual({
    cpuShares: 256,
    cpuQuota: 150_000,
    memoryLimitBytes: 2 * GIBIBYTE,
    oomScoreAdj: 875,
  });
});

test("containerResources keeps shares and quotas above what the kernel takes", () => {
  const { cpuShares, cpuQuota } = numbers({ requests: { cpu: "1m" }, limits: { cpu: "1m" } });
  expect({ cpuShares, cpuQuota }).toEqual({ cpuShares: 2, cpuQuota: 1000 });
});

test("containerResources protects guaranteed and node-critical pods", () => {
  const all = { cpu: "1", memory: "1Gi" };
  expect(numbers({ requests: all, limits: all }).oomScoreAdj).toBe(-997);
  expect(numbers(undefined, { priority: 2_000_001_000 }).oomScoreAdj).toBe(-997);
});

test("containerResources keeps the score of burstable pods between the others", () => {
  expect(numbers({ requests: { memory: "8Gi" } }).oomScoreAdj).toBe(3);
  expect(numbers({ requests: { cpu: "1" } }).oomScoreAdj).toBe(999);
});

test("containerResources kills a sidecar no earlier than the containers it serves", () => {
  const sidecar: Container = { name: "side", restartPolicy: "Always" };
  const main: Container = { name: "main", resources: { requests: { memory: "4Gi" } } };
  const pod = aPod([main], { initContainers: [sidecar] });
  expect(containerResources(pod, sidecar, 8 * GIBIBYTE).oomScoreAdj).toBe(500);
});
