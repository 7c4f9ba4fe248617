import { expect, test } from "bun:test";

import { podQos } from "./pod-qos.ts";
import type { PodSpec, ResourceRequirements } from "./types/core-v1.ts";

const container = (resources: ResourceRequirements): PodSpec["containers"][number] => ({ name: "a", resources });
const both = { cpu: "1", memory: "1Gi" };

test.each<[string, PodSpec, string]>([
  ["nothing", { containers: [container({})] }, "BestEffort"],
  ["only zeros", { containers: [container({ requests: { cpu: "0" } })] }, "BestEffort"],
  ["only other resources", { containers: [container({ limits: { "nvidia.com/gpu": 1 } })] }, "BestEffort"],
  ["equal requests and limits", { containers: [container({ requests: both, limits: both })] }, "Guaranteed"],
  [
    "equal amounts written differently",
    { containers: [container({ requests: { cpu: "1000m", memory: "1024Mi" }, limits: both })] },
    "Guaranteed",
  ],
  [
    "requests below limits",
    { containers: [container({ requests: { ...both, cpu: "0.5" }, limits: both })] },
    "Burstable",
  ],
  [
    "one container without limits",
    { containers: [container({ requests: both, limits: both }), container({})] },
    "Burstable",
  ],
  [
    "an init container without limits",
    { containers: [container({ requests: both, limits: both })], initContainers: [container({})] },
    "Burstable",
  ],
  [
    "only a memory limit",
    { containers: [container({ limits: { memory: "1Gi" }, requests: { memory: "1Gi" } })] },
    "Burstable",
  ],
  [
    "resources of the pod itself",
    { containers: [container({})], resources: { requests: both, limits: both } },
    "Guaranteed",
  ],
  [
    "resources of the pod before its containers'",
    { containers: [container({ requests: both, limits: both })], resources: {} },
    "BestEffort",
  ],
])("podQos of a pod with %s", (_name, spec, expected) => {
  expect(podQos({ spec })).toBe(expected as ReturnType<typeof podQos>);
});
