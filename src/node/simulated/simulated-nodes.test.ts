import { expect, test } from "bun:test";

import { leases, nodes, pods } from "../../api/resources.ts";
import { simulatedNode, withSwitch } from "../../api/simulated-node.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { InformerFactory } from "../../client/informer-factory.ts";
import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { createNamespace, startTestApiServer } from "../../testing/test-api-server.ts";
import { SimulatedNodes } from "./simulated-nodes.ts";

async function startSimulation() {
  await using starting = new AsyncDisposableStack();
  const api = starting.use(await startTestApiServer());
  await createNamespace(api.client, "kube-node-lease");
  const clock = systemClock;
  const informers = starting.use(new InformerFactory(api.client, { clock, log: silentLogger }));
  const simulated = starting.use(new SimulatedNodes({ client: api.client, informers, clock, log: silentLogger }));
  await simulated.start();
  const running = starting.move();
  const create = (name: string, annotations: Record<string, string> = {}) =>
    api.client.resource(pods).create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "default", annotations },
      spec: { nodeName: "sim-1", restartPolicy: "Never", containers: [{ name: "main", image: "web" }] },
    });
  const pod = (name: string) => api.client.resource(pods).find({ name, namespace: "default" });
  return { api, create, pod, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function eventually<T>(attempt: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await attempt();
    if (isSo(value)) return value;
    await Bun.sleep(20);
  }
}

const hasPhase = (phase: string) => (pod: Pod | undefined) => pod?.status?.phase === phase;

test("a simulated node becomes Ready, has a lease, and runs pods that get addresses of their own", async () => {
  await using simulation = await startSimulation();
  const { api } = simulation;
  await api.client.resource(nodes).create(simulatedNode("sim-1"));
  const node = await eventually(
    () => api.client.resource(nodes).get({ name: "sim-1" }),
    ({ status }) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
  );
  expect(node.status?.capacity).toMatchObject({ cpu: "32", pods: "110" });
  const lease = await eventually(
    () => api.client.resource(leases).find({ name: "sim-1", namespace: "kube-node-lease" }),
    (found) => found !== undefined,
  );
  expect(lease?.spec?.holderIdentity).toBe("sim-1");
  await Promise.all([simulation.create("a"), simulation.create("b")]);
  const [a, b] = await Promise.all(
    ["a", "b"].map((name) => eventually(() => simulation.pod(name), hasPhase("Running"))),
  );
  expect(a?.status?.conditions?.find(({ type }) => type === "Ready")?.status).toBe("True");
  expect(a?.status?.podIP).toStartWith("240.0.0.");
  expect(a?.status?.podIP).not.toBe(b?.status?.podIP);
});

test("simulated pods end as annotated, and go when they are deleted", async () => {
  await using simulation = await startSimulation();
  await simulation.api.client.resource(nodes).create(simulatedNode("sim-1"));
  await simulation.create("job", { "kube.local/run-for": "1s", "kube.local/exit-code": "2" });
  const job = await eventually(() => simulation.pod("job"), hasPhase("Failed"));
  expect(job?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 2, reason: "Error" });
  await simulation.create("web");
  await eventually(() => simulation.pod("web"), hasPhase("Running"));
  await simulation.api.client.resource(pods).delete({ name: "web", namespace: "default" });
  await eventually(
    () => simulation.pod("web"),
    (pod) => pod === undefined,
  );
});

test("a simulated node that is switched off leaves its pods alone until it is on again", async () => {
  await using simulation = await startSimulation();
  const resource = simulation.api.client.resource(nodes);
  await resource.create(withSwitch(simulatedNode("sim-1"), false));
  await simulation.create("web");
  await simulation.create("other");
  expect((await simulation.pod("web"))?.status?.startTime).toBeUndefined();
  await resource.update(withSwitch(await resource.get({ name: "sim-1" }), true));
  await eventually(() => simulation.pod("web"), hasPhase("Running"));
});
