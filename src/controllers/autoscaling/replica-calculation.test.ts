import { expect, test } from "bun:test";

import type { Pod } from "../../api/types/core-v1.ts";
import type { PodReading } from "./readings.ts";
import { byAverage, byShare, byUtilization, byValue, type ScaledPods } from "./replica-calculation.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");

interface PodParts {
  readonly phase?: string;
  readonly isReady?: boolean;
  readonly startTime?: string;
  readonly isLeaving?: boolean;
  readonly request?: string | undefined;
}

function aPod(name: string, parts: PodParts = {}): Pod {
  const { phase = "Running", isReady = true, startTime = "2026-01-01T00:00:00Z", isLeaving = false } = parts;
  const requests = "request" in parts && parts.request === undefined ? {} : { cpu: parts.request ?? "1" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...(isLeaving ? { deletionTimestamp: "2026-01-01T00:59:00Z" } : {}) },
    spec: { containers: [{ name: "main", image: "web", resources: { requests } }] },
    status: {
      phase,
      startTime,
      conditions: [{ type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: startTime }],
    },
  };
}

const use = (...milliValues: readonly number[]): Record<string, PodReading> =>
  Object.fromEntries(
    milliValues.map((milliValue, index) => [
      `p${index}`,
      { milliValue, timestamp: "2026-01-01T00:59:50Z", windowMs: 10_000 },
    ]),
  );

const pods = (...parts: readonly PodParts[]): Pod[] => parts.map((each, index) => aPod(`p${index}`, each));
const scaled = (list: readonly Pod[], currentReplicas = list.length): ScaledPods => ({
  pods: list,
  currentReplicas,
  tolerances: { down: 0.1, up: 0.1 },
  nowMs: NOW,
});
const half = { percent: 50, resource: "cpu", container: "" };
const unready: PodParts = { isReady: false, startTime: "2026-01-01T00:59:30Z" };

test.each<[string, Record<string, PodReading>, readonly Pod[], ReturnType<typeof byUtilization>]>([
  ["grows in proportion", use(800, 800), pods({}, {}), { replicas: 4, milliUsage: 800, utilization: 80 }],
  [
    "shrinks in proportion",
    use(100, 100, 100, 100),
    pods({}, {}, {}, {}),
    { replicas: 1, milliUsage: 100, utilization: 10 },
  ],
  ["stays within the tolerance", use(540, 540), pods({}, {}), { replicas: 2, milliUsage: 540, utilization: 54 }],
  [
    "counts a missing pod as idle when growing",
    use(900, 900),
    pods({}, {}, {}),
    { replicas: 4, milliUsage: 900, utilization: 90 },
  ],
  [
    "counts a missing pod as busy when shrinking",
    use(100),
    pods({}, {}),
    { replicas: 2, milliUsage: 100, utilization: 10 },
  ],
  [
    "counts a pod that warms up as idle",
    use(1500, 3000),
    pods({}, unready),
    { replicas: 3, milliUsage: 1500, utilization: 150 },
  ],
  [
    "ignores a pod on its way out",
    use(800, 100),
    pods({}, { isLeaving: true }),
    { replicas: 2, milliUsage: 800, utilization: 80 },
  ],
  ["needs pods", use(1), [], { problem: "no pods returned by selector while calculating replica count" }],
  [
    "needs requests",
    use(1),
    pods({ request: undefined }),
    { problem: "missing request for cpu in container main of Pod p0" },
  ],
  [
    "needs ready pods",
    use(1),
    pods({ phase: "Pending" }),
    { problem: "did not receive metrics for targeted pods (pods might be unready)" },
  ],
])("scaling by utilization %s", (_, readings, list, expected) => {
  expect(byUtilization(readings, half, scaled(list))).toEqual(expected);
});

test("scaling by an average compares with the target itself", () => {
  expect(byAverage(use(3000, 5000), 2000, "", scaled(pods({}, {})))).toEqual({ replicas: 4, milliUsage: 4000 });
  expect(byAverage(use(2100, 2100), 2000, "", scaled(pods({}, {})))).toEqual({ replicas: 2, milliUsage: 2100 });
});

test("scaling by a value counts ready pods only, and starts from nothing", () => {
  expect(byValue(30_000, 10_000, scaled(pods({}, { isReady: false })))).toEqual({ replicas: 3, milliUsage: 30_000 });
  expect(byValue(30_000, 10_000, scaled([], 0))).toEqual({ replicas: 3, milliUsage: 30_000 });
});

test("scaling by a share divides the value among replicas", () => {
  expect(byShare(100_000, 25_000, 2, { down: 0.1, up: 0.1 })).toEqual({ replicas: 4, milliUsage: 50_000 });
  expect(byShare(52_000, 25_000, 2, { down: 0.1, up: 0.1 })).toEqual({ replicas: 2, milliUsage: 26_000 });
});
