import { expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { configmaps, leases, nodes, pods } from "../api/resources.ts";
import type { Pod } from "../api/types/core-v1.ts";
import { isEmpty, isReady, scripted, startTestNode } from "../testing/test-node.ts";

const isPhase = (phase: string) => (pod: Pod | undefined) => pod?.status?.phase === phase;

test("startNodeAgent registers the node with labels, capacity and a lease", async () => {
  await using node = await startTestNode();
  const registered = await node.api.client.resource(nodes).get({ name: "node-1" });
  expect(registered.metadata.labels).toMatchObject({ "kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux" });
  expect(registered.status?.capacity).toMatchObject({ cpu: "4", memory: "8Gi", pods: "110" });
  expect(registered.status?.conditions?.find(({ type }) => type === "Ready")).toMatchObject({
    status: "True",
    reason: "KubeletReady",
  });
  const lease = await node.until(leases, "node-1", Boolean, "kube-node-lease");
  expect(lease?.spec?.holderIdentity).toBe("node-1");
});

test("a pod runs, gets an address and becomes ready", async () => {
  await using node = await startTestNode();
  await node.createPod("web", {});
  const pod = await node.pod("web", isReady);
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
  expect(await node.events("web", (told) => told.includes("Normal Started Container started"))).toEqual([
    'Normal Pulled Container image "busybox" already present on machine and can be accessed by the pod',
    "Normal Created Container created",
    "Normal Started Container started",
  ]);
});

test("init containers run one after the other, before the others", async () => {
  await using node = await startTestNode();
  const order: string[] = [];
  const spec = {
    initContainers: [scripted("first", "exit 0"), scripted("second", "exit 0")],
    containers: [scripted("main", "serve")],
  };
  await node.createPod("web", spec);
  const pod = await node.pod("web", isReady);
  for (const { name, state } of pod?.status?.initContainerStatuses ?? [])
    order.push(`${name} ${state?.terminated?.reason}`);
  expect(order).toEqual(["first Completed", "second Completed"]);
});

test("a pod whose containers end and do not restart succeeds or fails", async () => {
  await using node = await startTestNode();
  await node.createPod("good", { restartPolicy: "Never", containers: [scripted("a", "exit 0")] });
  await node.createPod("bad", { restartPolicy: "Never", containers: [scripted("a", "exit 3")] });
  const good = await node.pod("good", isPhase("Succeeded"));
  expect(good?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
  const bad = await node.pod("bad", isPhase("Failed"));
  expect(bad?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
  // Their logs can still be asked for, but they hold no address.
  const { containers } = await node.engine(({ sandboxes }) => sandboxes.length === 0);
  expect(containers).toHaveLength(2);
});

test("a container that fails again backs off", async () => {
  await using node = await startTestNode();
  await node.createPod("web", { containers: [scripted("main", "exit 1")] });
  const pod = await node.pod(
    "web",
    (one) => one?.status?.containerStatuses?.[0]?.state?.waiting?.reason === "CrashLoopBackOff",
  );
  const [status] = pod?.status?.containerStatuses ?? [];
  expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1, reason: "Error" } } });
  expect(status?.state?.waiting?.message).toStartWith("back-off 10s restarting failed container=main pod=web_default(");
  expect(pod?.status?.phase).toBe("Running");
});

test("a container may let all containers of its pod begin anew", async () => {
  await using node = await startTestNode();
  const rule = { action: "RestartAllContainers", exitCodes: { operator: "In", values: [42] } };
  await node.createPod("web", {
    restartPolicy: "Never",
    initContainers: [scripted("init", "exit 0")],
    containers: [
      { ...scripted("main", "sleep 0.3; exit 42"), restartPolicy: "Never", restartPolicyRules: [rule] },
      scripted("other", "serve"),
    ],
  });
  const counts = (pod: Pod | undefined): (number | undefined)[] =>
    ["init", "main", "other"].map(
      (name) =>
        [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])].find(
          (status) => status.name === name,
        )?.restartCount,
    );
  const isOnceRestarted = (pod: Pod | undefined): boolean =>
    counts(pod).every((count) => count === 1) &&
    (pod?.status?.containerStatuses?.every(({ state }) => state?.running !== undefined) ?? false);
  const first = await node.engine(({ sandboxes }) => sandboxes.length === 1);
  const pod = await node.pod("web", isOnceRestarted);
  expect(pod?.status?.phase).toBe("Running");
  expect(pod?.status?.conditions?.find(({ type }) => type === "AllContainersRestarting")?.status).toBe("False");
  expect((await node.runtime.list()).sandboxes.map(({ id }) => id)).toEqual(first.sandboxes.map(({ id }) => id));
});

test("a deleted pod stops, and its object goes", async () => {
  await using node = await startTestNode();
  await node.createPod("web", {});
  await node.pod("web", isReady);
  await node.deletePod("web");
  await node.pod("web", (pod) => pod === undefined);
  await node.engine(isEmpty);
  const killing = "Normal Killing Stopping container main";
  expect(await node.events("web", (told) => told.includes(killing))).toContain(killing);
});

test("an agent that starts anew takes over what runs and ends what was deleted meanwhile", async () => {
  await using node = await startTestNode();
  await node.createPod("stays", {});
  await node.createPod("goes", {});
  const before = await node.pod("stays", isReady);
  await node.pod("goes", isReady);
  await node.stopAgent();
  await node.deletePod("goes", 0);
  await node.startAgent();
  await node.createPod("comes", {});
  await node.pod("comes", isReady);
  const after = await node.pod("stays", isReady);
  expect(after?.status?.containerStatuses).toEqual(before?.status?.containerStatuses);
  expect(after?.status?.podIP).toBe(before?.status?.podIP);
  const { containers } = await node.engine(({ containers: { length } }) => length === 2);
  expect(containers.map(({ pod }) => pod.name).toSorted()).toEqual(["comes", "stays"]);
});

test("an agent that starts removes the directories of pods that are no more, and no others", async () => {
  await using node = await startTestNode();
  await node.createPod("web", { containers: [scripted("main", "sleep 600")] });
  const uid = (await node.pod("web", isReady))?.metadata.uid ?? "";
  await node.stopAgent();
  await mkdir(join(node.directory, "pods", "orphan", "volumes"), { recursive: true });
  await node.startAgent();
  // Stopping waits for what is under way.
  await node.stopAgent();
  expect(await readdir(join(node.directory, "pods"))).toEqual([uid]);
});

test("a container waits for a ConfigMap, and starts when it comes", async () => {
  await using node = await startTestNode();
  const env = [{ name: "MODE", valueFrom: { configMapKeyRef: { name: "settings", key: "mode" } } }];
  await node.createPod("web", { containers: [{ ...scripted("main", "serve"), env }] });
  const waiting = await node.pod(
    "web",
    (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  expect(waiting?.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "settings" not found');
  await node.api.client.resource(configmaps).create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default" },
    data: { mode: "fast" },
  });
  expect((await node.pod("web", isReady))?.status?.phase).toBe("Running");
});

test("a pod that does not fit the node is rejected", async () => {
  await using node = await startTestNode();
  const container = { ...scripted("main", "serve"), resources: { requests: { cpu: "100" } } };
  await node.createPod("web", { containers: [container] });
  const pod = await node.pod("web", isPhase("Failed"));
  expect(pod?.status).toMatchObject({
    reason: "OutOfcpu",
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 4000",
  });
});

const probe = (script: string) => ({ exec: { command: ["sh", "-c", script] }, periodSeconds: 1 });

test("a container is ready when its readiness probe says so, and not before its startup probe", async () => {
  await using node = await startTestNode();
  const containers = [
    { ...scripted("good", "serve"), startupProbe: probe("exit 0"), readinessProbe: probe("exit 0") },
    { ...scripted("bad", "serve"), readinessProbe: probe("echo not yet; exit 1") },
    { ...scripted("slow", "serve"), startupProbe: probe("exit 1"), readinessProbe: probe("exit 0") },
  ];
  await node.createPod("web", { containers });
  const pod = await node.pod("web", (one) => one?.status?.containerStatuses?.some(({ ready }) => ready) ?? false);
  expect(pod?.status?.containerStatuses?.map(({ name, started, ready }) => ({ name, started, ready }))).toEqual([
    { name: "bad", started: true, ready: false },
    { name: "good", started: true, ready: true },
    { name: "slow", started: false, ready: false },
  ]);
  const unhealthy = "Warning Unhealthy Readiness probe failed: not yet\n";
  expect(await node.events("web", (told) => told.includes(unhealthy))).toContain(unhealthy);
});

test("a container whose liveness probe fails is restarted", async () => {
  await using node = await startTestNode();
  const livenessProbe = { exec: { command: ["sh", "-c", "exit 1"] }, failureThreshold: 1, periodSeconds: 100 };
  await node.createPod("web", { containers: [{ ...scripted("main", "serve"), livenessProbe }] });
  await node.pod("web", (pod) => (pod?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
  const killing = "Normal Killing Container main failed liveness probe, will be restarted";
  expect(await node.events("web", (told) => told.includes(killing))).toContain(killing);
});

test("an image that cannot be pulled is told, and then backed off from", async () => {
  await using node = await startTestNode();
  await node.createPod("web", { containers: [{ name: "main", image: "registry.invalid/web:1" }] });
  const waiting = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]?.state?.waiting;
  await node.pod("web", (pod) => waiting(pod)?.reason === "ErrImagePull");
  const pod = await node.pod("web", (one) => waiting(one)?.reason === "ImagePullBackOff");
  expect(waiting(pod)?.message).toStartWith('Back-off pulling image "registry.invalid/web:1": ErrImagePull: ');
  expect(pod?.status?.phase).toBe("Pending");
  const told = await node.events("web", (all) => all.includes("Warning Failed Error: ImagePullBackOff"));
  expect(told.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
    "Normal Pulling",
    "Warning Failed",
    "Warning Failed",
    "Normal BackOff",
    "Warning Failed",
  ]);
});

test("an image that must not be pulled has to be there", async () => {
  await using node = await startTestNode();
  await node.createPod("web", { containers: [{ name: "main", image: "absent", imagePullPolicy: "Never" }] });
  const pod = await node.pod(
    "web",
    (one) => one?.status?.containerStatuses?.[0]?.state?.waiting?.message !== undefined,
  );
  expect(pod?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
    reason: "ErrImageNeverPull",
    message: 'Container image "absent" is not present with pull policy of Never',
  });
});

test("a container whose postStart hook fails is stopped", async () => {
  await using node = await startTestNode();
  const lifecycle = { postStart: { exec: { command: ["sh", "-c", "exit 1"] } } };
  await node.createPod("web", { restartPolicy: "Never", containers: [{ ...scripted("main", "serve"), lifecycle }] });
  await node.pod("web", isPhase("Failed"));
  const told = await node.events("web", (all) => all.some((line) => line.includes("Killing")));
  expect(told).toContain("Warning FailedPostStartHook PostStartHook failed");
});

test("a shorter grace period overtakes a longer one", async () => {
  await using node = await startTestNode();
  const preStop = { sleep: { seconds: 1000 } };
  const containers = [{ ...scripted("main", "serve"), lifecycle: { preStop } }];
  await node.createPod("web", { terminationGracePeriodSeconds: 1000, containers });
  await node.pod("web", isReady);
  await node.deletePod("web");
  await node.events("web", (told) => told.includes("Normal Killing Stopping container main"));
  await node.deletePod("web", 1);
  expect(await node.pod("web", (pod) => pod === undefined)).toBeUndefined();
});

test("conditions of others survive the node's status", async () => {
  await using node = await startTestNode();
  await node.createPod("web", { readinessGates: [{ conditionType: "example.com/gate" }] });
  const condition = (pod: Pod | undefined, type: string) => pod?.status?.conditions?.find((one) => one.type === type);
  const running = await node.pod("web", (pod) => condition(pod, "ContainersReady")?.status === "True");
  expect(condition(running, "Ready")).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
  const gate = { type: "example.com/gate", status: "True" };
  const status = { ...running?.status, conditions: [...(running?.status?.conditions ?? []), gate] };
  if (running) await node.api.client.resource(pods).updateStatus({ ...running, status });
  const ready = await node.pod("web", isReady);
  expect(condition(ready, "example.com/gate")?.status).toBe("True");
});

test("a pod past its deadline fails and stops", async () => {
  await using node = await startTestNode();
  await node.createPod("web", { activeDeadlineSeconds: 2 });
  const pod = await node.pod("web", isPhase("Failed"));
  expect(pod?.status).toMatchObject({ reason: "DeadlineExceeded" });
  const { containers } = await node.engine(({ sandboxes }) => sandboxes.length === 0);
  expect(containers.map(({ state }) => state.phase)).toEqual(["exited"]);
});

test("an agent that starts anew finishes what an earlier one had only begun", async () => {
  await using node = await startTestNode();
  const created = await node.createPod("web", { containers: [{ name: "main", image: "registry.invalid/web:1" }] });
  await node.pod("web", (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === "ErrImagePull");
  const { sandboxes } = await node.engine((state) => state.sandboxes.length === 1);
  await node.stopAgent();
  // As if the process had been killed between making a container and starting it.
  const { uid = "", name = "", namespace = "" } = created.metadata;
  await node.runtime.createContainer({
    ...UNSTARTED,
    pod: { uid, name, namespace },
    handler: undefined,
    sandboxId: sandboxes[0]?.id ?? "",
  });
  await node.api.client
    .resource(pods)
    .patch(
      { name: "web", namespace: "default" },
      { spec: { containers: [{ name: "main", image: "busybox" }] } },
      { type: "strategic" },
    );
  await node.startAgent();
  await node.pod("web", isReady);
  const { containers } = await node.runtime.list();
  expect(containers.map(({ state, restartCount }) => `${state.phase} ${restartCount}`)).toEqual(["running 0"]);
});

const UNSTARTED = {
  name: "main",
  restartCount: 0,
  image: "busybox",
  command: undefined,
  args: undefined,
  env: [],
  workingDir: undefined,
  mounts: [],
  resources: { cpuShares: undefined, cpuQuota: undefined, memoryLimitBytes: undefined, oomScoreAdj: undefined },
  security: {
    user: undefined,
    supplementalGroups: [],
    privileged: false,
    readOnlyRootFilesystem: false,
    allowPrivilegeEscalation: true,
    addCapabilities: [],
    dropCapabilities: [],
    unmaskedProc: false,
    appArmorProfile: undefined,
    seccomp: "Unconfined",
    shareProcessNamespace: false,
  },
  stdin: false,
  stdinOnce: false,
  tty: false,
  stopSignal: undefined,
  labels: {},
} as const;

test("a pod that asks for a label the node has just got is not rejected", async () => {
  await using node = await startTestNode();
  const metadata = { labels: { disk: "ssd" } };
  const [, pod] = await Promise.all([
    node.api.client.resource(nodes).patch({ name: "node-1" }, { metadata }, { type: "merge" }),
    node.createPod("web", { nodeSelector: { disk: "ssd" } }),
  ]);
  expect(pod.spec?.nodeName).toBe("node-1");
  await node.pod("web", isReady);
  await node.createPod("lost", { nodeSelector: { disk: "tape" } });
  expect((await node.pod("lost", isPhase("Failed")))?.status?.reason).toBe("NodeAffinity");
});

test("an ephemeral container starts beside the others, and only once", async () => {
  await using node = await startTestNode();
  await node.createPod("web", {});
  await node.pod("web", isReady);
  const spec = { ephemeralContainers: [{ ...scripted("debug", "exit 5"), terminationMessagePolicy: "File" }] };
  const key = { name: "web", namespace: "default" };
  const options = { type: "strategic", subresource: "ephemeralcontainers" } as const;
  await node.api.client.resource(pods).patch(key, { spec }, options);
  const pod = await node.pod(
    "web",
    (one) => one?.status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined,
  );
  expect(pod?.status?.ephemeralContainerStatuses?.[0]).toMatchObject({ name: "debug", restartCount: 0 });
  expect(isReady(pod)).toBe(true);
});

test("a container runs another image once its pod names another", async () => {
  await using node = await startTestNode();
  await node.createPod("web", {});
  await node.pod("web", isReady);
  const spec = { containers: [{ name: "main", image: "registry.example/web:2" }] };
  await node.api.client.resource(pods).patch({ name: "web", namespace: "default" }, { spec }, { type: "strategic" });
  const pod = await node.pod("web", (one) => one?.status?.containerStatuses?.[0]?.image === "registry.example/web:2");
  expect(pod?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1 });
  const killing = "Normal Killing Container main definition changed, will be restarted";
  expect(await node.events("web", (told) => told.includes(killing))).toContain(killing);
});
