import { expect, test } from "bun:test";

import { deployments } from "../../api/resources.ts";
import { autoscale } from "./autoscale.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

test("autoscale counts a change only if the target takes it", () => {
  const { actions, memory, memoryIfRefused } = autoscale(
    {
      autoscaler: {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "web", namespace: "default" },
        spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 3, maxReplicas: 5 },
      },
      target: {
        type: deployments,
        scale: {
          apiVersion: "autoscaling/v1",
          kind: "Scale",
          metadata: { name: "web", namespace: "default" },
          spec: { replicas: 1 },
        },
      },
      pods: [],
      readings: [],
      rivals: [],
      memory: undefined,
    },
    NOW,
  );
  expect(actions[0]).toMatchObject({ do: "update", subresource: "scale", object: { spec: { replicas: 3 } } });
  expect(memory?.changes).toEqual([{ by: 2, atMs: NOW }]);
  expect(memoryIfRefused?.changes).toEqual([]);
});
