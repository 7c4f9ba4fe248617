import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { KubeObject } from "../../api/resource-type.ts";
import { nodes } from "../../api/resources.ts";
import { isEmpty, isReady, startTestNode } from "../../testing/test-node.ts";
import { staticPod } from "./static-pod-manifest.ts";

const manifest = (program: string, more = ""): string => `
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: main
      image: busybox
      imagePullPolicy: Never
      args: ["${program}"]
${more}`;

async function startNodeWithFolder(files: Readonly<Record<string, string>>) {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "kube-static-pods-"));
  starting.defer(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string) => Bun.write(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const node = starting.use(await startTestNode({ staticPodPath: folder }));
  const running = starting.move();
  const remove = (name: string) => rm(join(folder, name));
  return { node, write, remove, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const uidOf = (object: Pick<KubeObject, "metadata"> | undefined): string => object?.metadata.uid ?? "";

test("a static pod runs, and its mirror pod shows it", async () => {
  await using started = await startNodeWithFolder({ "web.yaml": manifest("serve"), ".hidden.yaml": manifest("serve") });
  const { node } = started;
  const mirror = await node.pod("web-node-1", isReady);
  const owner = await node.api.client.resource(nodes).get({ name: "node-1" });
  const hash = mirror?.metadata.annotations?.["kubernetes.io/config.hash"] ?? "";
  expect(mirror).toMatchObject({
    metadata: {
      annotations: { "kubernetes.io/config.mirror": hash, "kubernetes.io/config.source": "file" },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "node-1", uid: uidOf(owner), controller: true }],
    },
    spec: { nodeName: "node-1", tolerations: [{ operator: "Exists", effect: "NoExecute" }] },
    status: { phase: "Running", podIP: "10.244.0.2" },
  });
  // A file has no generations.
  expect(mirror?.status?.observedGeneration).toBeUndefined();
  const { containers } = await node.engine(({ containers: all }) => all.length === 1);
  expect(containers[0]?.pod.uid).toBe(hash);
});

test("a mirror pod that is deleted comes again, and the static pod does not notice", async () => {
  await using started = await startNodeWithFolder({ "web.yaml": manifest("serve") });
  const { node } = started;
  const first = await node.pod("web-node-1", isReady);
  const before = await node.runtime.list();
  await node.deletePod("web-node-1");
  const second = await node.pod("web-node-1", (pod) => isReady(pod) && uidOf(pod) !== uidOf(first));
  expect(second?.status?.startTime).toBe(first?.status?.startTime ?? "");
  expect(await node.runtime.list()).toEqual(before);
});

test("a static pod follows its file", async () => {
  await using started = await startNodeWithFolder({ "web.yaml": manifest("serve") });
  const { node, write, remove } = started;
  const first = await node.pod("web-node-1", isReady);
  await write("web.yaml", manifest("serve", "  hostname: other\n"));
  await node.pod("web-node-1", (pod) => isReady(pod) && pod?.spec?.hostname === "other" && uidOf(pod) !== uidOf(first));
  await node.engine(({ containers, sandboxes }) => containers.length === 1 && sandboxes.length === 1);
  await remove("web.yaml");
  await node.pod("web-node-1", (pod) => pod === undefined);
  await node.engine(isEmpty);
});

test("an agent that starts again takes its static pods over, and ends those whose file has gone", async () => {
  await using started = await startNodeWithFolder({
    "web.yaml": manifest("serve"),
    "other.yaml": manifest("serve").replace("name: web", "name: other"),
  });
  const { node, remove } = started;
  await node.pod("web-node-1", isReady);
  await node.pod("other-node-1", isReady);
  const before = await node.runtime.list();
  await node.stopAgent();
  await remove("other.yaml");
  await node.startAgent();
  await node.pod("other-node-1", (pod) => pod === undefined);
  const after = await node.engine(({ containers }) => containers.length === 1);
  expect(before.containers.map(({ id }) => id)).toContain(after.containers[0]?.id ?? "");
  expect((await node.pod("web-node-1", isReady))?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
});

const ORIGIN = { path: "/etc/kubernetes/manifests/web.yaml", nodeName: "node-1", seenAt: "2026-01-01T00:00:00Z" };

test.each([
  ["no YAML", "a: [", "yaml: line 1"],
  ["another kind", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}", "cannot be handled as a Pod"],
  ["no name", "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: b}]}", "name is needed for the pod"],
  ["no containers", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}", "spec.containers: Required value"],
  ["a ConfigMap", manifest("x", "  volumes: [{name: a, configMap: {name: b}}]\n"), "may not reference configmaps"],
])("staticPod refuses a file with %s", (_what, text, problem) => {
  expect(() => staticPod(text, ORIGIN)).toThrow(problem);
});

test("staticPod is another pod for another content, file or node", () => {
  const uids = [
    staticPod(manifest("a"), ORIGIN),
    staticPod(manifest("b"), ORIGIN),
    staticPod(manifest("a"), { ...ORIGIN, path: "/other" }),
    staticPod(manifest("a"), { ...ORIGIN, nodeName: "node-2" }),
  ].map(uidOf);
  expect(new Set(uids).size).toBe(4);
  expect(uidOf(staticPod(manifest("a"), ORIGIN))).toBe(uids[0] ?? "");
});
