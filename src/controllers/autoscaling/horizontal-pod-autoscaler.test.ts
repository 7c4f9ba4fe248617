import { expect, test } from "bun:test";

import { builtInKinds } from "../../api/registry.ts";
import { deployments, events, horizontalpodautoscalersAutoscalingV2, pods } from "../../api/resources.ts";
import type { HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";
import { runPodsAtOnce, startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { deploymentController } from "../deployment/deployment.ts";
import { replicaSetController } from "../replica-set.ts";
import { horizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";

const MEASURED = { timestamp: "2100-01-01T00:00:00Z", window: "10s", memoryBytes: 0 };

/** A deployment whose pods each use so many thousandths of the one cpu that they ask for. */
async function startWeb(milliCpu: number | undefined): Promise<TestControllers> {
  const cluster = await startTestControllers(
    [deploymentController, replicaSetController, horizontalPodAutoscaler(builtInKinds)],
    {
      nodeReports: {
        page: () => Promise.resolve(undefined),
        async usage() {
          if (milliCpu === undefined) return undefined;
          const cpuNanocores = milliCpu * 1_000_000;
          const { items } = await cluster.client.resource(pods).list({ namespace: "default" });
          const containers = items.map(({ metadata }) => ({
            ...MEASURED,
            cpuNanocores,
            podUid: metadata.uid ?? "",
            name: "main",
          }));
          return { ...MEASURED, cpuNanocores, containers };
        },
      },
    },
  );
  runPodsAtOnce(cluster);
  const resources = { requests: { cpu: "1" } };
  await cluster.client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "main", image: "web", resources }] },
      },
    },
  });
  await cluster.eventually(deployments, ([one]) => one?.status?.readyReplicas === 2);
  return cluster;
}

const autoscaler = (spec: Partial<HorizontalPodAutoscaler["spec"]> = {}): HorizontalPodAutoscaler => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", namespace: "default" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    maxReplicas: 3,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
    ...spec,
  },
});

const told = (cluster: TestControllers, reason: string): Promise<string> =>
  cluster.eventually(events, (all) => all.find((event) => event.reason === reason)?.message);

test("an autoscaler gives a busy deployment as many replicas as it may have, and says why", async () => {
  await using cluster = await startWeb(900);
  await cluster.client.resource(horizontalpodautoscalersAutoscalingV2).create(autoscaler());
  await cluster.eventually(deployments, ([one]) => one?.spec?.replicas === 3);
  expect(await told(cluster, "SuccessfulRescale")).toBe(
    "New size: 3; reason: cpu resource utilization (percentage of request) above target",
  );
  const scaled = await cluster.eventually(horizontalpodautoscalersAutoscalingV2, ([one]) =>
    one?.status?.desiredReplicas === 3 ? one : undefined,
  );
  expect(scaled.status).toMatchObject({
    currentReplicas: 2,
    currentMetrics: [
      { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 90, averageValue: "900m" } } },
    ],
    conditions: [
      {
        type: "AbleToScale",
        status: "True",
        reason: "SucceededRescale",
        message: "the HPA controller was able to update the target scale to 3",
      },
      {
        type: "ScalingActive",
        status: "True",
        reason: "ValidMetricFound",
        message:
          "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
      },
      {
        type: "ScalingLimited",
        status: "True",
        reason: "TooManyReplicas",
        message: "the desired replica count is more than the maximum replica count",
      },
    ],
  });
});

test("an autoscaler without metrics changes nothing, and says what is missing", async () => {
  await using cluster = await startWeb(undefined);
  await cluster.client.resource(horizontalpodautoscalersAutoscalingV2).create(autoscaler());
  const problem =
    "failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API";
  expect(await told(cluster, "FailedGetResourceMetric")).toBe(problem);
  expect(await told(cluster, "FailedComputeMetricsReplicas")).toBe(
    `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${problem}`,
  );
  const unable = await cluster.eventually(horizontalpodautoscalersAutoscalingV2, ([one]) =>
    one?.status?.conditions?.find(({ type, status }) => type === "ScalingActive" && status === "False"),
  );
  expect(unable).toMatchObject({
    reason: "FailedGetResourceMetric",
    message: `the HPA was unable to compute the replica count: ${problem}`,
  });
});

test("an autoscaler says that it finds nothing to scale", async () => {
  await using cluster = await startWeb(1);
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "other" };
  await cluster.client.resource(horizontalpodautoscalersAutoscalingV2).create(autoscaler({ scaleTargetRef }));
  expect(await told(cluster, "FailedGetScale")).toBe('deployments.apps "other" not found');
});

test("an autoscaler brings a deployment back between its bounds without asking for metrics", async () => {
  await using cluster = await startWeb(undefined);
  await cluster.client
    .resource(horizontalpodautoscalersAutoscalingV2)
    .create(autoscaler({ minReplicas: 3, maxReplicas: 5 }));
  await cluster.eventually(deployments, ([one]) => one?.spec?.replicas === 3);
  expect(await told(cluster, "SuccessfulRescale")).toBe(
    "New size: 3; reason: Current number of replicas below Spec.MinReplicas",
  );
});
