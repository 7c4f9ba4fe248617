import { afterAll, beforeAll, expect, test } from "bun:test";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { succeed } from "./support/run.ts";
import { kubectlPath, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

let cluster: TestCluster;
const kubectl = async (...args: readonly string[]): Promise<string> =>
  await succeed([kubectlPath(), ...args], { env: cluster.env });
const node = async (...args: readonly string[]) => await cluster.kube(["node", ...args, "--name", cluster.name]);

interface ListedNode {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly status: string;
}

const nodes = async (): Promise<readonly ListedNode[]> => JSON.parse((await node("list", "-o", "json")).stdout);
const states = async () =>
  Object.fromEntries((await nodes()).map(({ name, state, status }) => [name, `${state} ${status}`]));
/** Where the running pods of the Deployment are. */
const places = async (): Promise<string[]> => {
  const { items } = JSON.parse(await kubectl("get", "pods", "-l", "app=web", "-o", "json")) as { items: Pod[] };
  return items
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === "Running")
    .map(({ spec }) => spec.nodeName);
};

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly phase: string };
}

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      tolerations:
        - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1 }
        - { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1 }
      containers: [{ name: main, image: "kube-hello:2", imagePullPolicy: Never }]
`;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, 120_000);
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 60_000);

test("top shows what pods and nodes use", async () => {
  await kubectl("run", "busy", "--image=kube-hello:2", "--image-pull-policy=Never");
  await kubectl("wait", "--for=condition=Ready", "pod/busy");
  const pods = await eventually("top of the pod", async () => await kubectl("top", "pod", "busy", "--containers"));
  expect(pods).toMatch(/busy +busy +\d+m +\d+Mi/);
  expect(await kubectl("top", "nodes")).toMatch(new RegExp(`${cluster.name} +\\d+m +\\d+% +\\d+Mi +\\d+%`));
  const summary = JSON.parse(await kubectl("get", "--raw", `/api/v1/nodes/${cluster.name}/proxy/stats/summary`));
  expect(summary.pods[0]).toMatchObject({ podRef: { name: "busy" }, network: { name: "eth0" } });
  expect(summary.pods[0].containers[0].memory.workingSetBytes).toBeGreaterThan(0);
}, 60_000);

test("nodes are added to a running cluster, and pods are spread over them", async () => {
  expect((await node("add", "--count", "2")).stdout).toBe(
    `Successfully added ${cluster.name}-2 to ${cluster.name}\nSuccessfully added ${cluster.name}-3 to ${cluster.name}\n`,
  );
  await succeed([kubectlPath(), "apply", "-f", "-"], { env: cluster.env, input: WEB });
  await kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  expect(new Set(await places()).size).toBe(3);
}, 120_000);

test("the pods of a stopped node are replaced elsewhere, and it comes back", async () => {
  const second = `${cluster.name}-2`;
  expect((await node("stop", second)).stdout).toBe(`Successfully stopped node ${second}\n`);
  expect((await states())[second]).toStartWith("Stopped");
  await eventually("NotReady", async () => (await states())[second] === "Stopped NotReady", 90_000);
  const elsewhere = async (): Promise<boolean> => {
    const now = await places();
    return now.length === 4 && !now.includes(second);
  };
  await eventually("replacements on other nodes", elsewhere, 60_000);
  expect((await node("start", second)).stdout).toBe(`Successfully started node ${second}\n`);
  await eventually("Ready again", async () => (await states())[second] === "Running Ready");
  const twice = await node("start", second);
  expect(`${twice.stderr} ${twice.exitCode}`).toContain(`node "${second}" is running already`);
}, 240_000);

test("a deleted node leaves nothing behind", async () => {
  const third = `${cluster.name}-3`;
  expect((await node("delete", third)).stdout).toBe(`Node ${third} was successfully deleted\n`);
  expect(Object.keys(await states())).toEqual([cluster.name, `${cluster.name}-2`]);
  expect(await succeed(["docker", "ps", "-aq", "--filter", `label=kube.node=${third}`])).toBe("");
  await kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  const gone = await node("delete", third);
  expect(gone.stderr).toContain(`nodes "${third}" not found`);
}, 120_000);

test("nodes are still there after the cluster was stopped, and a stopped one stays so", async () => {
  await node("stop", `${cluster.name}-2`);
  await cluster.kube(["stop", "--name", cluster.name]);
  expect((await cluster.kube(["start", "--name", cluster.name])).exitCode).toBe(0);
  expect((await nodes()).map(({ name, state }) => `${name} ${state}`)).toEqual([
    `${cluster.name} Running`,
    `${cluster.name}-2 Stopped`,
  ]);
}, 120_000);

test("simulated nodes run pods that tolerate them, as annotated", async () => {
  expect((await node("add", "--simulated", "50")).stdout).toBe(
    `Successfully added 50 simulated nodes to ${cluster.name}\n`,
  );
  const ready = async (): Promise<number> =>
    (await nodes()).filter(({ kind, status }) => kind === "Simulated" && status === "Ready").length;
  await eventually("all are Ready", async () => (await ready()) === 50);
  const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: simulated }
spec:
  completions: 20
  parallelism: 20
  template:
    metadata: { annotations: { kube.local/run-for: 1s } }
    spec:
      restartPolicy: Never
      nodeSelector: { kube.local/simulated: "true" }
      tolerations: [{ key: kube.local/simulated, operator: Exists }]
      containers: [{ name: main, image: never-pulled }]
`;
  await succeed([kubectlPath(), "apply", "-f", "-"], { env: cluster.env, input: job });
  await kubectl("wait", "--for=condition=Complete", "job/simulated", "--timeout=60s");
  expect((await node("delete", "--simulated")).stdout).toBe("50 simulated nodes were successfully deleted\n");
}, 120_000);
