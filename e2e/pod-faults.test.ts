import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type DockerRelay, dockerRelay } from "./support/docker-relay.ts";
import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { succeed } from "./support/run.ts";
import { kubectlPath, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/* What programs in pods do wrong, and what happens to containers behind our back: it converges, and other pods are not disturbed. */

const LONG_MS = 180_000;

let cluster: TestCluster;
let relay: DockerRelay;
let folder: string;

const kubectl = async (...args: readonly string[]): Promise<string> => await cluster.kubectl(...args);
const docker = async (...args: readonly string[]): Promise<string> => (await succeed(["docker", ...args])).trim();
const status = async (pod: string, path: string): Promise<string> =>
  await kubectl("get", "pod", pod, "-o", `jsonpath={.status${path}}`);
const containerId = async (pod: string): Promise<string> =>
  (await status(pod, ".containerStatuses[0].containerID")).replace("docker://", "");
/** Of the sandbox and all containers of a pod, running or not. */
const containersOf = async (pod: string): Promise<string[]> =>
  (await docker("ps", "-aq", "--filter", `name=kube-${cluster.name}.*_${pod}_`)).split("\n").filter(Boolean);

async function create(name: string, script: string, more = "", ofContainer = ""): Promise<void> {
  const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  terminationGracePeriodSeconds: 1
${more}
  containers:
    - name: main
      image: kube-hello:1
      imagePullPolicy: Never
      command: [sh, -c, ${JSON.stringify(script)}]
${ofContainer}`;
  await succeed([kubectlPath(), "apply", "-f", "-"], { env: cluster.env, input: manifest });
}

const ready = async (pod: string): Promise<string> =>
  await kubectl("wait", "--for=condition=Ready", `pod/${pod}`, "--timeout=60s");

beforeAll(async () => {
  await exampleImages();
  folder = await mkdtemp(join(tmpdir(), "kube-relay-"));
  relay = await dockerRelay(join(folder, "docker.sock"));
  process.env["DOCKER_HOST"] = relay.host;
  cluster = await startTestCluster();
  delete process.env["DOCKER_HOST"];
  // Beside all the others: it must not notice anything.
  await create("bystander", "sleep 1000000");
  await ready("bystander");
}, LONG_MS);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}, LONG_MS);

test(
  "a container that is killed behind our back starts again, once",
  async () => {
    await create("killed", "sleep 1000000");
    await ready("killed");
    const before = await containerId("killed");
    await docker("kill", before);
    await eventually("it runs again", async () => {
      const restarts = await status("killed", ".containerStatuses[0].restartCount");
      return restarts === "1" && (await containerId("killed")) !== before;
    });
    await ready("killed");
    expect(await status("killed", ".containerStatuses[0].lastState.terminated.exitCode")).toBe("137");
    // The sandbox, the container, and the one before it.
    expect(await containersOf("killed")).toHaveLength(3);
  },
  LONG_MS,
);

test(
  "a sandbox that is removed behind our back is made anew, and nothing is left of the old one",
  async () => {
    await create("uprooted", "sleep 1000000");
    await ready("uprooted");
    const before = await containersOf("uprooted");
    await docker("rm", "-f", ...before);
    await eventually("other containers run", async () => {
      const now = await containersOf("uprooted");
      return now.length === 2 && now.every((id) => !before.includes(id));
    });
    await ready("uprooted");
    expect(await status("uprooted", ".phase")).toBe("Running");
  },
  LONG_MS,
);

test(
  "an engine that hangs for a while holds pods up, and no longer",
  async () => {
    relay.hang();
    await create("delayed", "sleep 1000000");
    await kubectl("wait", "--for=condition=PodScheduled", "pod/delayed");
    expect(await status("delayed", ".phase")).toBe("Pending");
    relay.goOn();
    await ready("delayed");
    expect(await containersOf("delayed")).toHaveLength(2);
  },
  LONG_MS,
);

test(
  "pods that are deleted while they start leave nothing behind",
  async () => {
    const names = Array.from({ length: 5 }, (_, index) => `fleeting-${index}`);
    await Promise.all(names.map(async (name) => await create(name, "sleep 1000000")));
    await kubectl("delete", "pod", ...names);
    await eventually("no container is left", async () => (await containersOf("fleeting-.")).length === 0);
  },
  LONG_MS,
);

test(
  "a container that ignores SIGTERM ends with its grace period",
  async () => {
    await create("stubborn", "trap '' TERM; while :; do sleep 1; done");
    await ready("stubborn");
    const begin = performance.now();
    await kubectl("delete", "pod", "stubborn", "--grace-period=3");
    expect(performance.now() - begin).toBeGreaterThan(2900);
    // It has ended when the pod is gone, and is removed soon after.
    await eventually("nothing of it is left", async () => (await containersOf("stubborn")).length === 0);
  },
  LONG_MS,
);

test(
  "a probe that hangs counts as failed, and its container starts again",
  async () => {
    const probe = `      livenessProbe: { exec: { command: [sleep, "1000"] }, timeoutSeconds: 1, periodSeconds: 1, failureThreshold: 1 }`;
    await create("hanging", "sleep 1000000", "", probe);
    await eventually(
      "it is restarted",
      async () => Number(await status("hanging", ".containerStatuses[0].restartCount")) > 0,
      60_000,
    );
    const events = await kubectl("get", "events", "--field-selector", "involvedObject.name=hanging");
    expect(events).toContain("Liveness probe failed: command timed out");
    expect(events).toContain("failed liveness probe, will be restarted");
    await kubectl("delete", "pod", "hanging");
  },
  LONG_MS,
);

test(
  "a program that starts processes without end stays within its limits, and goes when its pod is deleted",
  async () => {
    const resources = "      resources: { limits: { memory: 24Mi } }";
    await create("bomb", "while :; do sleep 1000000 & done", "  restartPolicy: Never", resources);
    await eventually("it is held or killed", async () => {
      if ((await status("bomb", ".containerStatuses[0].state.terminated.exitCode")) !== "") return true;
      const id = await containerId("bomb");
      if (id === "") return false;
      const [processes = "", used = ""] = (
        await docker("stats", "--no-stream", "--format", "{{.PIDs}} {{.MemPerc}}", id)
      ).split(" ");
      expect(Number.parseFloat(used)).toBeLessThanOrEqual(100);
      return Number(processes) > 30;
    });
    await kubectl("delete", "pod", "bomb", "--force", "--grace-period=0");
    await eventually("nothing of it is left", async () => (await containersOf("bomb")).length === 0, 60_000);
  },
  LONG_MS,
);

test(
  "a line of 10 MB is told as it was written, and bytes that are no text hide nothing behind them",
  async () => {
    await create("loud", "head -c 10000000 /dev/zero | tr '\\0' x; echo; head -c 300000 /bin/busybox; echo; echo end");
    const long = `${"x".repeat(10_000_000)}\n`;
    await eventually("all of it", async () => {
      const text = await succeed([kubectlPath(), "logs", "loud"], { env: cluster.env });
      // The engine keeps text: what is none comes back as replacement characters.
      return text.startsWith(long) && text.slice(long.length).startsWith("\u007FELF") && text.endsWith("\nend\n");
    });
  },
  LONG_MS,
);

test(
  "a gigabyte of logs keeps to its bounds on disk",
  async () => {
    await create("flood", "head -c 1000000000 /dev/zero | tr '\\0' x; echo; echo done; sleep 1000000");
    await eventually("the last line", async () => (await kubectl("logs", "flood", "--tail=1")) === "done\n", 150_000);
    const path = await docker("inspect", "-f", "{{.LogPath}}", await containerId("flood"));
    const sizes = await succeed(["sh", "-c", `du -cb ${path}* | tail -1 | cut -f1`]);
    expect(Number(sizes)).toBeLessThan(60_000_000);
  },
  LONG_MS,
);

test(
  "nothing of all that has disturbed another pod",
  async () => {
    expect(await status("bystander", ".containerStatuses[0].restartCount")).toBe("0");
    expect(await status("bystander", '.conditions[?(@.type=="Ready")].status')).toBe("True");
  },
  LONG_MS,
);
