import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { run, succeed } from "./support/run.ts";
import { kubectlPath, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

let cluster: TestCluster;
let manifests: string;
const kubectl = async (...args: readonly string[]): Promise<string> =>
  await succeed([kubectlPath(), ...args], { env: cluster.env });
const apply = async (manifest: string): Promise<string> =>
  await succeed([kubectlPath(), "apply", "-f", "-"], { env: cluster.env, input: manifest });

const pod = (name: string, spec: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  terminationGracePeriodSeconds: 1
${spec}`;

const status = async (name: string, path: string): Promise<string> =>
  await kubectl("get", "pod", name, "-o", `jsonpath={.status${path}}`);

beforeAll(async () => {
  await exampleImages();
  manifests = await mkdtemp(join(tmpdir(), "kube-e2e-static-"));
  cluster = await startTestCluster(["--static-pod-path", manifests]);
}, 120_000);
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(manifests, { recursive: true });
}, 60_000);

test("a pod in the node's folder runs, comes back when it is deleted, and goes with its file", async () => {
  const file = join(manifests, "static.yaml");
  await Bun.write(file, pod("static", `  containers: [{ name: main, image: kube-hello:1, imagePullPolicy: Never }]`));
  const name = `static-${cluster.name}`;
  await eventually("the mirror pod", async () => (await kubectl("get", "pods", "-o", "name")).includes(name));
  await kubectl("wait", "--for=condition=Ready", `pod/${name}`);
  const id = await status(name, ".containerStatuses[0].containerID");
  await kubectl("delete", "pod", name);
  await kubectl("wait", "--for=create", `pod/${name}`);
  await kubectl("wait", "--for=condition=Ready", `pod/${name}`);
  expect(await status(name, ".containerStatuses[0].containerID")).toBe(id);
  await rm(file);
  await kubectl("wait", "--for=delete", `pod/${name}`);
}, 60_000);

test("a running container gets more memory without a restart", async () => {
  await apply(
    pod(
      "grows",
      `  containers:
    - name: main
      image: kube-hello:2
      imagePullPolicy: Never
      resources: { requests: { cpu: 50m, memory: 32Mi }, limits: { memory: 32Mi } }`,
    ),
  );
  await kubectl("wait", "--for=condition=Ready", "pod/grows");
  const id = async (): Promise<string> =>
    (await status("grows", ".containerStatuses[0].containerID")).replace("docker://", "");
  const limit = async (): Promise<string> =>
    (await succeed(["docker", "inspect", "-f", "{{.HostConfig.Memory}}", await id()])).trim();
  const before = await id();
  expect(await limit()).toBe(String(32 * 2 ** 20));
  const patch = `{"spec":{"containers":[{"name":"main","resources":{"requests":{"memory":"48Mi"},"limits":{"memory":"64Mi"}}}]}}`;
  await kubectl("patch", "pod", "grows", "--subresource=resize", "-p", patch);
  await eventually("the new limit", async () => (await limit()) === String(64 * 2 ** 20));
  expect(await id()).toBe(before);
  await eventually(
    "the status",
    async () => (await status("grows", ".containerStatuses[0].resources.limits.memory")) === "64Mi",
  );
}, 60_000);

test("a volume shows the files of an image, and a pod knows its full name", async () => {
  await apply(
    pod(
      "image-volume",
      `  hostname: one
  subdomain: sub
  setHostnameAsFQDN: true
  containers:
    - name: main
      image: kube-hello:2
      imagePullPolicy: Never
      volumeMounts: [{ name: files, mountPath: /files }]
  volumes: [{ name: files, image: { reference: "kube-hello:1", pullPolicy: Never } }]`,
    ),
  );
  await kubectl("wait", "--for=condition=Ready", "pod/image-volume");
  expect(await kubectl("exec", "image-volume", "--", "ls", "/files/bin")).toContain("serve");
  const write = await run([kubectlPath(), "exec", "image-volume", "--", "touch", "/files/x"], { env: cluster.env });
  expect(write.stderr).toContain("Read-only file system");
  expect(await kubectl("exec", "image-volume", "--", "hostname")).toBe("one.sub.default.svc.cluster.local\n");
}, 60_000);

test("a pod that writes more than it may is evicted", async () => {
  await apply(
    pod(
      "writes",
      `  restartPolicy: Never
  containers:
    - name: main
      image: kube-hello:2
      imagePullPolicy: Never
      command: [sh, -c, "dd if=/dev/zero of=/big bs=1M count=20; sleep 1000"]
      resources: { limits: { ephemeral-storage: 10Mi } }`,
    ),
  );
  await eventually("the eviction", async () => (await status("writes", ".reason")) === "Evicted", 60_000);
  expect(await status("writes", ".message")).toContain(
    "ephemeral local storage usage exceeds the total limit of containers 10Mi",
  );
}, 90_000);

test("a pod that asks the kernel for what the node does not allow is rejected", async () => {
  await apply(
    pod(
      "sysctl",
      `  securityContext: { sysctls: [{ name: kernel.msgmax, value: "1" }] }
  containers: [{ name: main, image: "kube-hello:2", imagePullPolicy: Never }]`,
    ),
  );
  await eventually("the rejection", async () => (await status("sysctl", ".reason")) === "SysctlForbidden");
  expect(await status("sysctl", ".message")).toBe(
    'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
  );
}, 60_000);
