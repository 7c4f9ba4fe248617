import { expect, test } from "bun:test";

import { pods } from "../../api/resources.ts";
import type { Pod, PodCondition, ResourceRequirements } from "../../api/types/core-v1.ts";
import { isReady, scripted, startTestNode, type TestNode } from "../../testing/test-node.ts";
import { allocationOf, isSameAllocation, recordedAllocation, withAllocation } from "./allocation.ts";

const withResources = (resources: ResourceRequirements) => ({
  containers: [{ ...scripted("main", "serve"), resources }],
});

async function resize(node: TestNode, name: string, resources: ResourceRequirements): Promise<Pod> {
  const pod = await node.api.client.resource(pods).get({ name, namespace: "default" });
  const [main] = pod.spec?.containers ?? [];
  if (!pod.spec || !main) throw new Error("The pod has no container");
  const wanted = { ...pod, spec: { ...pod.spec, containers: [{ ...main, resources }] } };
  const request = { verb: "update", group: "", version: "v1", resource: "pods", subresource: "resize" } as const;
  // The API answers with the pod.
  return await node.api.client.transport.request({ ...request, namespace: "default", name, body: wanted });
}

const condition = (pod: Pod | undefined, type: string): PodCondition | undefined =>
  pod?.status?.conditions?.find((each) => each.type === type);

test("a pod gets other limits while its container runs on", async () => {
  await using node = await startTestNode();
  await node.createPod("web", withResources({ requests: { cpu: "100m" }, limits: { memory: "64Mi" } }));
  await node.pod("web", isReady);
  const [before] = (await node.runtime.list()).containers;
  const { metadata } = await resize(node, "web", { requests: { cpu: "200m" }, limits: { memory: "128Mi" } });
  const pod = await node.pod(
    "web",
    (current) =>
      current?.status?.observedGeneration === metadata.generation &&
      current?.status?.containerStatuses?.[0]?.resources?.limits?.["memory"] === "128Mi",
  );
  expect(pod?.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 0,
    allocatedResources: { cpu: "200m" },
    resources: { requests: { cpu: "200m" }, limits: { memory: "128Mi" } },
  });
  const [after] = (await node.runtime.list()).containers;
  expect(after?.id).toBe(before?.id ?? "");
  expect(after?.limits).toMatchObject({ cpuShares: 204, memoryLimitBytes: 128 * 2 ** 20 });
  const told = await node.events("web", (events) => events.some((event) => event.includes("ResizeCompleted")));
  expect(told.filter((event) => event.includes("Resize"))).toMatchObject([
    expect.stringContaining('Normal ResizeStarted Pod resize started: {"containers":[{"name":"main"'),
    expect.stringContaining("Normal ResizeCompleted Pod resize completed: "),
  ]);
});

test("a resize waits for room, and goes on when another pod has left", async () => {
  await using node = await startTestNode();
  await node.createPod("large", withResources({ requests: { cpu: "3" } }));
  await node.createPod("small", withResources({ requests: { cpu: "500m" } }));
  await node.pod("large", isReady);
  await node.pod("small", isReady);
  await resize(node, "small", { requests: { cpu: "2" } });
  const pending = await node.pod("small", (pod) => condition(pod, "PodResizePending") !== undefined);
  expect(condition(pending, "PodResizePending")).toMatchObject({
    status: "True",
    reason: "Deferred",
    message: "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000",
  });
  expect(pending?.status?.containerStatuses?.[0]?.allocatedResources).toEqual({ cpu: "500m" });
  await node.deletePod("large", 0);
  const done = await node.pod(
    "small",
    (pod) => !["PodResizePending", "PodResizeInProgress"].some((type) => condition(pod, type) !== undefined),
  );
  expect(done?.status?.containerStatuses?.[0]?.allocatedResources).toEqual({ cpu: "2" });
});

test("an agent that starts later knows what was granted", async () => {
  await using node = await startTestNode();
  await node.createPod("large", withResources({ requests: { cpu: "3" } }));
  await node.createPod("small", withResources({ requests: { cpu: "500m" } }));
  await node.pod("large", isReady);
  await node.pod("small", isReady);
  await node.stopAgent();
  await resize(node, "small", { requests: { cpu: "2" } });
  await node.startAgent();
  const pending = await node.pod("small", (pod) => condition(pod, "PodResizePending") !== undefined);
  expect(pending?.status?.containerStatuses?.[0]?.allocatedResources).toEqual({ cpu: "500m" });
});

test("an allocation takes the place of what the spec asks for", () => {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [{ name: "main", resources: { requests: { cpu: "2" } } }] },
    status: {
      containerStatuses: [
        {
          name: "main",
          image: "",
          imageID: "",
          ready: true,
          restartCount: 0,
          allocatedResources: { cpu: "1" },
          resources: { requests: { cpu: "1" } },
        },
      ],
    },
  };
  const recorded = recordedAllocation(pod);
  expect(isSameAllocation(allocationOf(pod), recorded)).toBe(false);
  expect(withAllocation(pod, recorded).spec?.containers[0]?.resources).toEqual({ requests: { cpu: "1" } });
  expect(isSameAllocation(allocationOf(withAllocation(pod, recorded)), recorded)).toBe(true);
});
