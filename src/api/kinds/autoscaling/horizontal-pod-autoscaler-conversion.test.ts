import { expect, test } from "bun:test";

import type { HorizontalPodAutoscaler as Autoscaler1 } from "../../types/autoscaling-v1.ts";
import type { HorizontalPodAutoscaler as Autoscaler2 } from "../../types/autoscaling-v2.ts";
import { fromV2, toV2, withoutCarried } from "./horizontal-pod-autoscaler-conversion.ts";

const everything: Autoscaler2 = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", annotations: { own: "kept" } },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    minReplicas: 1,
    maxReplicas: 5,
    metrics: [
      { type: "Pods", pods: { metric: { name: "rps" }, target: { type: "AverageValue", averageValue: "100m" } } },
      {
        type: "Object",
        object: {
          describedObject: { kind: "Ingress", name: "main" },
          metric: { name: "hits", selector: { matchLabels: { verb: "GET" } } },
          target: { type: "Value", value: "2k" },
        },
      },
      {
        type: "ContainerResource",
        containerResource: { name: "memory", container: "app", target: { type: "AverageValue", averageValue: "1Gi" } },
      },
      {
        type: "External",
        external: { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "30" } },
      },
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
    ],
    behavior: { scaleUp: { selectPolicy: "Max", policies: [{ type: "Pods", value: 4, periodSeconds: 15 }] } },
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 3,
    conditions: [{ type: "AbleToScale", status: "True", reason: "ReadyForNewScale" }],
    currentMetrics: [
      { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 33, averageValue: "330m" } } },
    ],
  },
};

test("fromV2 shows CPU utilization as fields and carries the rest in annotations", () => {
  const { metadata, spec, status } = fromV2(everything);
  expect(spec).toEqual({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    minReplicas: 1,
    maxReplicas: 5,
    targetCPUUtilizationPercentage: 60,
  });
  expect(status).toEqual({ currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 33 });
  expect(metadata.annotations).toEqual({
    own: "kept",
    "autoscaling.alpha.kubernetes.io/metrics":
      '[{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"100m"}},' +
      '{"type":"Object","object":{"target":{"kind":"Ingress","name":"main"},"metricName":"hits","targetValue":"2k","selector":{"matchLabels":{"verb":"GET"}}}},' +
      '{"type":"ContainerResource","containerResource":{"name":"memory","targetAverageValue":"1Gi","container":"app"}},' +
      '{"type":"External","external":{"metricName":"queue","targetAverageValue":"30"}}]',
    "autoscaling.alpha.kubernetes.io/current-metrics":
      '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":33,"currentAverageValue":"330m"}}]',
    "autoscaling.alpha.kubernetes.io/behavior":
      '{"ScaleUp":{"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}]}}',
    "autoscaling.alpha.kubernetes.io/conditions":
      '[{"type":"AbleToScale","status":"True","reason":"ReadyForNewScale"}]',
  });
});

test("toV2 takes back what fromV2 gave", () => {
  expect(toV2(fromV2(everything))).toEqual(everything);
});

function autoscaler1(annotations: Record<string, string> = {}): Autoscaler1 {
  return {
    apiVersion: "autoscaling/v1",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", annotations },
    spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5 },
  };
}

const cpu80 = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
];

test("toV2 wants 80% CPU when nothing else is wanted", () => {
  expect(toV2(autoscaler1()).spec.metrics).toEqual(cpu80);
});

test.each(["{", "null", "7", '{"type":"Pods"}', "[3]", '[{"type":"Pods","pods":"x"}]'])(
  "toV2 ignores and drops a metrics annotation that is %s",
  (annotation) => {
    const { spec, metadata } = toV2(autoscaler1({ "autoscaling.alpha.kubernetes.io/metrics": annotation }));
    expect(spec.metrics).toEqual(cpu80);
    expect(metadata.annotations).toBeUndefined();
  },
);

test("withoutCarried drops the annotations of v1 from a v2 object", () => {
  const metadata = { name: "web", annotations: { own: "kept", "autoscaling.alpha.kubernetes.io/behavior": "{}" } };
  expect(withoutCarried(metadata)).toEqual({ name: "web", annotations: { own: "kept" } });
});
