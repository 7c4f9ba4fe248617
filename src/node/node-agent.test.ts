import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { configmaps, events, leases, namespaces, nodes, pods, serviceaccounts } from "../api/resources.ts";
import type { Event, Pod, PodSpec } from "../api/types/core-v1.ts";
import { createInformer } from "../client/cached-informer.ts";
import { InformerFactory } from "../client/informer-factory.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLogger } from "../lib/logger.ts";
import { startTestApiServer, type TestApiServer } from "../testing/test-api-server.ts";
import { startNodeAgent } from "./node-agent.ts";
import { openFakeRuntime } from "./runtime/fake-runtime.ts";
import type { ContainerRuntime } from "./runtime/runtime.ts";

const stack: AsyncDisposableStack[] = [];
afterEach(async () => {
  for (const one of stack.splice(0)) await one.disposeAsync();
});

interface World {
  readonly api: TestApiServer;
  readonly runtime: ContainerRuntime;
  readonly directory: string;
  /** Ends the agent and starts another one on the same machine. */
  restartAgent(): Promise<void>;
  stopAgent(): Promise<void>;
}

async function startWorld(): Promise<World> {
  const disposables = new AsyncDisposableStack();
  stack.push(disposables);
  const directory = await mkdtemp(join(tmpdir(), "kube-node-agent-"));
  disposables.defer(() => rm(directory, { recursive: true, force: true }));
  const api = disposables.use(await startTestApiServer());
  for (const name of ["default", "kube-node-lease"]) {
    await api.client
      .resource(namespaces)
      .create({ apiVersion: "v1", kind: "Namespace", metadata: { name } })
      .catch(() => undefined);
  }
  await api.client
    .resource(serviceaccounts)
    .create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } })
    .catch(() => undefined);
  const runtime = disposables.use(
    openFakeRuntime({ clock: systemClock, log: silentLogger, images: ["busybox:latest"] }),
  );
  let agentStack = new AsyncDisposableStack();
  const start = async (): Promise<void> => {
    agentStack = new AsyncDisposableStack();
    const informers = agentStack.use(new InformerFactory(api.client, { clock: systemClock, log: silentLogger }));
    const agent = agentStack.use(
      await startNodeAgent({
        client: api.client,
        informers,
        runtime,
        nodeName: "node-1",
        nodeIp: "192.0.2.1",
        podCidr: "10.244.0.0/24",
        dataDirectory: directory,
        clusterDns: "10.96.0.10",
        clusterDomain: "cluster.local",
        clock: systemClock,
        log: silentLogger,
      }),
    );
    await agent.registered;
  };
  await start();
  disposables.defer(() => agentStack.disposeAsync());
  return {
    api,
    runtime,
    directory,
    stopAgent: () => agentStack.disposeAsync(),
    async restartAgent() {
      await agentStack.disposeAsync();
      await start();
    },
  };
}

const aPod = (spec: Partial<PodSpec>, name = "web"): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: {
    nodeName: "node-1",
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    containers: [{ name: "main", image: "busybox", imagePullPolicy: "IfNotPresent", command: ["server"] }],
    ...spec,
  },
});

const runs = (name: string, script: string) => ({
  name,
  image: "busybox",
  imagePullPolicy: "IfNotPresent",
  command: ["sh", "-c", script],
});

/** Resolves with the object as soon as it is as claimed; undefined stands for an object that is not there. */
async function when<T extends KubeObject>(
  { api }: World,
  type: ResourceType<T>,
  name: string,
  isSo: (object: T | undefined) => boolean,
  namespace = "default",
): Promise<T | undefined> {
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  await using informer = createInformer(api.client, type, { clock: systemClock, log: silentLogger, selection });
  await informer.synced();
  const current = (): T | undefined => informer.list()[0];
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const look = (): void => {
    if (isSo(current())) resolve(current());
  };
  const timeout = setTimeout(
    () => reject(new Error(`Not so in time: ${Bun.inspect(current()?.["status" as never])}`)),
    4000,
  );
  informer.onChange({ added: look, updated: look, deleted: look });
  look();
  return await promise.finally(() => clearTimeout(timeout));
}

const isPhase = (phase: string) => (pod: Pod | undefined) => pod?.status?.phase === phase;
const isReady = (pod: Pod | undefined) =>
  pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

/** Resolves with all events about a pod once `last` is among them. */
async function eventsUntil({ api }: World, name: string, last: string): Promise<string[]> {
  const options = { clock: systemClock, log: silentLogger, selection: { namespace: "default" } };
  await using informer = createInformer(api.client, events, options);
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const look = (): void => {
    const told = informer
      .list()
      .filter((event: Event) => event.involvedObject.name === name)
      .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
    if (told.includes(last)) resolve(told);
  };
  informer.onChange({ added: look, updated: look });
  return await promise;
}

test("startNodeAgent registers the node with labels, capacity and a lease", async () => {
  const world = await startWorld();
  const node = await world.api.client.resource(nodes).get({ name: "node-1" });
  expect(node.metadata.labels).toMatchObject({ "kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux" });
  expect(node.status?.capacity).toMatchObject({ cpu: "4", memory: "8Gi", pods: "110" });
  expect(node.status?.conditions?.find(({ type }) => type === "Ready")).toMatchObject({
    status: "True",
    reason: "KubeletReady",
  });
  const lease = await when(world, leases, "node-1", Boolean, "kube-node-lease");
  expect(lease?.spec?.holderIdentity).toBe("node-1");
});

test("a pod runs, gets an address and becomes ready", async () => {
  const world = await startWorld();
  await world.api.client.resource(pods).create(aPod({}));
  const pod = await when(world, pods, "web", isReady);
  expect(pod?.status).toMatchObject({
    phase: "Running",
    hostIP: "192.0.2.1",
    podIP: "10.244.0.2",
    podIPs: [{ ip: "10.244.0.2" }],
    containerStatuses: [{ name: "main", ready: true, started: true, restartCount: 0, image: "busybox" }],
  });
  expect(pod?.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
    "PodReadyToStartContainers=True",
    "Initialized=True",
    "Ready=True",
    "ContainersReady=True",
    "PodScheduled=True",
  ]);
  expect(await eventsUntil(world, "web", "Normal Started Container started")).toEqual([
    'Normal Pulled Container image "busybox" already present on machine and can be accessed by the pod',
    "Normal Created Container created",
    "Normal Started Container started",
  ]);
});

test("init containers run one after the other, before the others", async () => {
  const world = await startWorld();
  const order: string[] = [];
  const spec = {
    initContainers: [runs("first", "exit 0"), runs("second", "exit 0")],
    containers: [runs("main", "serve")],
  };
  await world.api.client.resource(pods).create(aPod(spec));
  const pod = await when(world, pods, "web", isReady);
  for (const { name, state } of pod?.status?.initContainerStatuses ?? [])
    order.push(`${name} ${state?.terminated?.reason}`);
  expect(order).toEqual(["first Completed", "second Completed"]);
});

test("a pod whose containers end and do not restart succeeds or fails", async () => {
  const world = await startWorld();
  await world.api.client
    .resource(pods)
    .create(aPod({ restartPolicy: "Never", containers: [runs("a", "exit 0")] }, "good"));
  await world.api.client
    .resource(pods)
    .create(aPod({ restartPolicy: "Never", containers: [runs("a", "exit 3")] }, "bad"));
  const good = await when(world, pods, "good", isPhase("Succeeded"));
  expect(good?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
  const bad = await when(world, pods, "bad", isPhase("Failed"));
  expect(bad?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
});

test("a container that fails again backs off", async () => {
  const world = await startWorld();
  await world.api.client.resource(pods).create(aPod({ containers: [runs("main", "exit 1")] }));
  const pod = await when(
    world,
    pods,
    "web",
    (one) => one?.status?.containerStatuses?.[0]?.state?.waiting?.reason === "CrashLoopBackOff",
  );
  const [status] = pod?.status?.containerStatuses ?? [];
  expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1, reason: "Error" } } });
  expect(status?.state?.waiting?.message).toStartWith("back-off 10s restarting failed container=main pod=web_default(");
  expect(pod?.status?.phase).toBe("Running");
});

test("a deleted pod stops, and its object goes", async () => {
  const world = await startWorld();
  await world.api.client.resource(pods).create(aPod({}));
  await when(world, pods, "web", isReady);
  await world.api.client.resource(pods).delete({ name: "web", namespace: "default" });
  await when(world, pods, "web", (pod) => pod === undefined);
  await expectNothingLeft(world);
  const killing = "Normal Killing Stopping container main";
  expect(await eventsUntil(world, "web", killing)).toContain(killing);
});

async function expectNothingLeft({ runtime }: World): Promise<void> {
  for (let tries = 0; ; tries++) {
    const left = await runtime.list();
    if (left.containers.length + left.sandboxes.length === 0) return;
    if (tries > 200) expect(left).toEqual({ containers: [], sandboxes: [] });
    await Bun.sleep(10);
  }
}

test("an agent that starts anew takes over what runs and ends what was deleted meanwhile", async () => {
  const world = await startWorld();
  await world.api.client.resource(pods).create(aPod({}, "stays"));
  await world.api.client.resource(pods).create(aPod({}, "goes"));
  const before = await when(world, pods, "stays", isReady);
  await when(world, pods, "goes", isReady);
  await world.stopAgent();
  await world.api.client.resource(pods).delete({ name: "goes", namespace: "default" }, { gracePeriodSeconds: 0 });
  await world.restartAgent();
  await world.api.client.resource(pods).create(aPod({}, "comes"));
  await when(world, pods, "comes", isReady);
  const after = await when(world, pods, "stays", isReady);
  expect(after?.status?.containerStatuses).toEqual(before?.status?.containerStatuses);
  expect(after?.status?.podIP).toBe(before?.status?.podIP);
  for (let tries = 0; tries < 200; tries++) {
    const { containers } = await world.runtime.list();
    if (containers.length === 2) break;
    await Bun.sleep(10);
  }
  const { containers } = await world.runtime.list();
  expect(containers.map(({ pod }) => pod.name).toSorted()).toEqual(["comes", "stays"]);
});

test("a container waits for a ConfigMap, and starts when it comes", async () => {
  const world = await startWorld();
  const env = [{ name: "MODE", valueFrom: { configMapKeyRef: { name: "settings", key: "mode" } } }];
  await world.api.client.resource(pods).create(aPod({ containers: [{ ...runs("main", "serve"), env }] }));
  const waiting = await when(
    world,
    pods,
    "web",
    (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  expect(waiting?.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "settings" not found');
  await world.api.client.resource(configmaps).create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default" },
    data: { mode: "fast" },
  });
  expect((await when(world, pods, "web", isReady))?.status?.phase).toBe("Running");
});

test("a pod that does not fit the node is rejected", async () => {
  const world = await startWorld();
  const container = { ...runs("main", "serve"), resources: { requests: { cpu: "100" } } };
  await world.api.client.resource(pods).create(aPod({ containers: [container] }));
  const pod = await when(world, pods, "web", isPhase("Failed"));
  expect(pod?.status).toMatchObject({
    reason: "OutOfcpu",
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 4000",
  });
});
