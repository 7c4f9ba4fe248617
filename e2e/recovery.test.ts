import { expect, test } from "bun:test";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { run, succeed } from "./support/run.ts";
import {
  kubeBinary,
  kubectlPath,
  startTestCluster,
  type TestCluster,
  type TestHome,
  testHome,
} from "./support/test-cluster.ts";

/** What happens to a running cluster: it goes on, or comes back by itself, and what was acknowledged is there. */

const isRoot = process.getuid?.() === 0;
const DISK_MIB = 8;

// Only root can mount a small disk.
test.skipIf(!isRoot)(
  "on a full disk writes fail with a reason, reads and watches go on, and room is enough to recover",
  async () => {
    await using stack = new AsyncDisposableStack();
    const home = await testHome();
    const disk = join(home.folder, "clusters");
    await mountSmallDisk(disk);
    // The cluster is deleted before its disk goes, and the folder after that.
    stack.defer(async () => {
      await home.kube(["delete", "--name", "full", "--purge"]);
      await succeed(["umount", disk]);
      await home[Symbol.asyncDispose]();
    });
    await succeed(kube("start", "--name", "full", "--runtime", "fake"), { env: home.env });
    const pid = await serverPid(home, "full");
    const kubectl = async (...args: readonly string[]) => await run([kubectlPath(), ...args], { env: home.env });
    await kubectl("create", "configmap", "before");
    const watch = Bun.spawn([kubectlPath(), "get", "configmaps", "-w", "-o", "name"], {
      env: { ...process.env, ...home.env },
      stdout: "pipe",
      stderr: "ignore",
    });
    await writeFile(join(disk, "filler"), Buffer.alloc(DISK_MIB * 1024 * 1024)).catch(() => undefined);
    const big = join(home.folder, "big");
    await writeFile(big, "x".repeat(200_000));
    const refused = await eventually("a write is refused", async () => {
      const write = await kubectl("create", "configmap", `big-${crypto.randomUUID()}`, `--from-file=${big}`);
      return write.exitCode !== 0 && write;
    });
    expect(refused.stderr).toContain("the disk of the API server is full");
    expect((await kubectl("get", "configmap", "before", "-o", "name")).stdout).toBe("configmap/before\n");
    expect((await kubectl("get", "--raw", "/readyz")).stdout).toBe("ok");

    await rm(join(disk, "filler"));
    await eventually(
      "writes are accepted again",
      async () => (await kubectl("create", "configmap", "after")).exitCode === 0,
    );
    expect(await serverPid(home, "full")).toBe(pid);
    const watched = await readUntil(watch.stdout, "configmap/after\n");
    watch.kill();
    expect(watched).toStartWith("configmap/");
    expect((await kubectl("get", "nodes", "-o", "name")).stdout).toBe("node/full\n");
  },
  60_000,
);

const KILLS = 10;

test("SIGKILL at any moment loses no acknowledged write and no pod, and Services still answer", async () => {
  await exampleImages();
  await using cluster = await startTestCluster();
  const url = await helloService(cluster);
  const containers = await containerIds(cluster);
  expect(containers).toHaveLength(4);
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const writes = writeUntilRefused(cluster, round, acknowledged);
    const churn = cluster.tryKubectl(["scale", "deployment/hello", `--replicas=${2 + (round % 2)}`]);
    // A moment of its own each round, from before the first write to well into the pod's start.
    const wanted = acknowledged.length + (round % 4);
    await eventually("some writes are acknowledged", () => acknowledged.length >= wanted);
    await Bun.sleep((round * 37) % 120);
    process.kill(await serverPid(cluster, cluster.name), "SIGKILL");
    await Promise.all([writes, churn]);
    await succeed(kube("start", "--name", cluster.name), { env: cluster.env });
  }
  await cluster.kubectl("scale", "deployment/hello", "--replicas=2");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
  const stored = (await cluster.kubectl("get", "configmaps", "-o", "name")).split("\n");
  expect(acknowledged.filter((name) => !stored.includes(`configmap/${name}`))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  await eventually("only the two pods are left in Docker", async () => (await containerIds(cluster)).length === 4);
  // They ran on while nobody looked after them, so nothing was restarted.
  expect((await containerIds(cluster)).filter((id) => !containers.includes(id))).toEqual([]);
  const counts = "jsonpath={.items[*].status.containerStatuses[*].restartCount}";
  expect(await cluster.kubectl("get", "pods", "-o", counts)).toBe("0 0");
  await eventually("the Service answers", async () => (await fetch(url, { keepalive: false })).ok);
}, 180_000);

// Only root may look at netfilter's tables.
test.skipIf(!isRoot)(
  "Services come back when somebody flushes the cluster's nftables table",
  async () => {
    await exampleImages();
    await using cluster = await startTestCluster();
    await helloService(cluster);
    const table = `kube-${cluster.name}`;
    await succeed(["nft", "delete", "table", "ip", table]);
    // The next change of any Service finds it; without one it would take half a minute.
    await cluster.kubectl("expose", "deployment", "hello", "--name=nudge", "--port=81", "--target-port=8080");
    const ip = await cluster.kubectl("get", "service", "hello", "-o", "jsonpath={.spec.clusterIP}");
    await eventually(
      "the Service answers at its address",
      async () => (await fetch(`http://${ip}/`, { keepalive: false, signal: AbortSignal.timeout(1000) })).ok,
      10_000,
    );
  },
  60_000,
);

/** Two pods behind a node port, answering. Gives where. */
async function helloService(cluster: TestCluster): Promise<string> {
  await cluster.kubectl("create", "deployment", "hello", "--image=kube-hello:1", "--replicas=2", "--port=8080");
  await cluster.kubectl("expose", "deployment", "hello", "--type=NodePort", "--port=80", "--target-port=8080");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
  const port = await cluster.kubectl("get", "service", "hello", "-o", "jsonpath={.spec.ports[0].nodePort}");
  const url = `http://localhost:${port}/`;
  await eventually("the Service answers", async () => (await fetch(url, { keepalive: false })).ok);
  return url;
}

async function writeUntilRefused(cluster: TestCluster, round: number, acknowledged: string[]): Promise<void> {
  for (let index = 0; ; index++) {
    const name = `write-${round}-${index}`;
    const { exitCode } = await cluster.tryKubectl(["create", "configmap", name]);
    if (exitCode !== 0) return;
    acknowledged.push(name);
  }
}

/** Of the pods of a cluster, sandboxes included. */
async function containerIds(cluster: TestCluster): Promise<readonly string[]> {
  const ids = await succeed(["docker", "ps", "-aq", "--filter", `label=kube.cluster=${cluster.name}`]);
  return ids.split("\n").filter((id) => id !== "");
}

function kube(...args: readonly string[]): readonly string[] {
  return [kubeBinary, ...args];
}

async function serverPid(home: TestHome, name: string): Promise<number> {
  const { stdout } = await home.kube(["status", "--name", name, "-o", "json"]);
  return (JSON.parse(stdout) as { pid: number }).pid;
}

async function mountSmallDisk(path: string): Promise<void> {
  await succeed(["mkdir", "-p", path]);
  await succeed(["mount", "-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", path]);
}

async function readUntil(stream: ReadableStream<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder();
  let read = "";
  for await (const chunk of stream) {
    read += decoder.decode(chunk, { stream: true });
    if (read.includes(text)) return read;
  }
  throw new Error(`The stream ended without ${text}`);
}
