import { expect, test } from "bun:test";

import { type Amounts, podLimits, podRequests } from "./pod-resources.ts";
import { formatQuantity } from "./quantity.ts";
import type { Container, PodSpec } from "./types/core-v1.ts";

const container = (cpu: string, restartPolicy?: "Always"): Container => ({
  name: "a",
  resources: { requests: { cpu }, limits: { cpu } },
  restartPolicy,
});

const shown = (list: Amounts): Record<string, string> =>
  Object.fromEntries(Object.entries(list).map(([name, amount]) => [name, formatQuantity(amount)]));

test.each<[string, PodSpec, string]>([
  ["the sum of its containers", { containers: [container("100m"), container("1")] }, "1100m"],
  [
    "its largest init container",
    { containers: [container("1")], initContainers: [container("2"), container("3")] },
    "3",
  ],
  [
    "its containers and sidecars",
    { containers: [container("1")], initContainers: [container("500m", "Always")] },
    "1500m",
  ],
  [
    "an init container and the sidecars before it",
    {
      containers: [container("1")],
      initContainers: [container("1", "Always"), container("4"), container("2", "Always")],
    },
    "5",
  ],
  [
    "all sidecars when none before the large init container",
    {
      containers: [container("1")],
      initContainers: [container("4"), container("1", "Always"), container("3", "Always")],
    },
    "5",
  ],
  [
    "what the pod itself says",
    { containers: [container("1")], resources: { requests: { cpu: "7" }, limits: { cpu: "7" } } },
    "7",
  ],
  ["overhead on top", { containers: [container("1")], overhead: { cpu: "250m" } }, "1250m"],
])("podRequests and podLimits are %s", (_name, spec, cpu) => {
  expect(shown(podRequests({ spec }))).toEqual({ cpu });
  expect(shown(podLimits({ spec }))).toEqual({ cpu });
});

test("overhead adds a request but no limit of its own, and the pod's own extended resources do not count", () => {
  const spec: PodSpec = {
    containers: [{ name: "a", resources: { requests: { "example.com/fpga": 1 } } }],
    overhead: { memory: "64Mi" },
    resources: { requests: { "example.com/fpga": 5 } },
  };
  expect(shown(podRequests({ spec }))).toEqual({ "example.com/fpga": "1", memory: "64Mi" });
  expect(shown(podLimits({ spec }))).toEqual({});
});
