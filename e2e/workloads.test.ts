import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { run } from "./support/run.ts";
import { examples, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, 120_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

const LONG_MS = 120_000;

/** Each test works in a namespace of its own, so that they can run in any order. */
async function namespace(name: string): Promise<(...args: readonly string[]) => Promise<string>> {
  await cluster.kubectl("create", "namespace", name);
  return async (...args) => await cluster.kubectl("-n", name, ...args);
}

test(
  "hello answers on localhost, from both pods",
  async () => {
    const kubectl = await namespace("hello");
    await kubectl("apply", "-f", join(examples, "hello"));
    // The cluster of "npm start" may have the port that the example names.
    await kubectl("patch", "service", "hello", "-p", '{"spec":{"ports":[{"port":80,"nodePort":30980}]}}');
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    const pods = (await kubectl("get", "pods", "-o", "jsonpath={.items[*].metadata.name}")).split(" ");
    expect(pods).toHaveLength(2);
    const seen = new Set<string>();
    await eventually("both pods answer", async () => {
      const response = await fetch("http://localhost:30980/", { keepalive: false });
      seen.add(/pod (\S+)/.exec(await response.text())?.[1] ?? "");
      return seen.size === 2;
    });
    expect([...seen].toSorted()).toEqual(pods.toSorted());
    await kubectl("delete", "-f", join(examples, "hello"), "--wait");
  },
  LONG_MS,
);

test(
  "containers of a pod share its volumes, and init containers come first",
  async () => {
    const kubectl = await namespace("multi");
    await kubectl("apply", "-f", join(examples, "multi-container"));
    await kubectl("wait", "pod/multi", "--for=condition=Ready", "--timeout=60s");
    expect(await kubectl("exec", "multi", "-c", "web", "--", "cat", "/shared/prepared")).toBe("prepared\n");
    expect(
      await kubectl("exec", "multi", "-c", "writer", "--", "wget", "-qO-", "http://localhost:8080/index.html"),
    ).toMatch(/\d\d:\d\d:\d\d/);
    const readOnly = await cluster.tryKubectl([
      "-n",
      "multi",
      "exec",
      "multi",
      "-c",
      "web",
      "--",
      "touch",
      "/shared/x",
    ]);
    expect(readOnly.stderr).toContain("Read-only file system");
    expect(readOnly.exitCode).toBe(1);
  },
  LONG_MS,
);

test(
  "settings reach a pod as variables and files, and files follow changes",
  async () => {
    const kubectl = await namespace("settings");
    await kubectl("apply", "-f", join(examples, "config-and-secret"));
    await kubectl("wait", "pod/settings-reader", "--for=condition=Ready", "--timeout=60s");
    const inPod = async (script: string): Promise<string> =>
      await kubectl("exec", "settings-reader", "--", "sh", "-c", script);
    expect(await kubectl("logs", "settings-reader")).toBe("good morning from settings-reader\n");
    expect(await inPod("echo $PASSWORD $MEMORY_LIMIT")).toBe("correct horse battery staple 64\n");
    expect(await inPod("cat /etc/settings/settings.ini /etc/settings/secret/password /etc/about/labels")).toBe(
      'color = blue\ncorrect horse battery stapleapp="settings-reader"',
    );
    expect(
      await inPod("cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max"),
    ).toBe(`${64 * 2 ** 20}\n`);
    await kubectl("patch", "configmap", "settings", "-p", '{"data":{"settings.ini":"color = red\\n"}}');
    await kubectl("label", "pod", "settings-reader", "tier=front");
    await eventually("the files follow", async () =>
      (await inPod("cat /etc/settings/settings.ini /etc/about/labels")).startsWith(
        'color = red\napp="settings-reader"\ntier="front"',
      ),
    );
  },
  LONG_MS,
);

test(
  "a rolling update and its undoing lose no request on localhost",
  async () => {
    const kubectl = await namespace("rolling");
    await kubectl("apply", "-f", join(examples, "rolling-update"));
    await kubectl("rollout", "status", "deployment/rolling", "--timeout=90s");
    const load = startLoad("http://localhost:30081/");
    await kubectl("set", "image", "deployment/rolling", "web=kube-hello:2");
    await kubectl("rollout", "status", "deployment/rolling", "--timeout=90s");
    await eventually("version 2 answers", () => load.versions.has("2"));
    await kubectl("rollout", "undo", "deployment/rolling");
    await kubectl("rollout", "status", "deployment/rolling", "--timeout=90s");
    const result = await load.stop();
    expect(result.failures).toEqual([]);
    expect(result.count).toBeGreaterThan(100);
    expect([...load.versions].toSorted()).toEqual(["1", "2"]);
    const history = await kubectl("rollout", "history", "deployment/rolling");
    expect(history).toContain("REVISION");
    expect(history).toContain("3");
  },
  LONG_MS,
);

/** Asks again and again over new connections, as many clients would. */
function startLoad(url: string): {
  readonly versions: Set<string>;
  stop(): Promise<{ count: number; failures: readonly string[] }>;
} {
  const versions = new Set<string>();
  const failures: string[] = [];
  let count = 0;
  const end = new AbortController();
  const worker = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        const response = await fetch(url, { keepalive: false, signal: AbortSignal.timeout(5000) });
        const text = await response.text();
        count += 1;
        if (!response.ok) failures.push(`${response.status} ${text}`);
        versions.add(/version (\d+)/.exec(text)?.[1] ?? text);
      } catch (error) {
        failures.push(String(error));
      }
      await Bun.sleep(10);
    }
  };
  const workers = [worker(), worker(), worker(), worker()];
  return {
    versions,
    async stop() {
      end.abort();
      await Promise.all(workers);
      return { count, failures };
    },
  };
}

test(
  "names are resolved, Services reached, and the API server answers a pod's own account",
  async () => {
    const kubectl = await namespace("names");
    const manifest = await Bun.file(join(examples, "hello", "hello.yaml")).text();
    // Another test holds the example's own node port.
    await cluster.tryKubectl(["-n", "names", "apply", "-f", "-"], {
      input: manifest.replace(/\n *nodePort: 30080/, ""),
    });
    await kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
    await kubectl("run", "client", "--image=kube-hello:1", "--restart=Never", "--command", "--", "sleep", "1000");
    await kubectl("wait", "pod/client", "--for=condition=Ready", "--timeout=60s");
    const inPod = async (script: string): Promise<string> => await kubectl("exec", "client", "--", "sh", "-c", script);
    for (const name of ["hello", "hello.names", "hello.names.svc.cluster.local"]) {
      expect(await inPod(`wget -qO- http://${name}/`)).toStartWith("hello from version 1");
    }
    expect(await inPod("echo $HELLO_SERVICE_HOST:$HELLO_SERVICE_PORT $KUBERNETES_SERVICE_PORT")).toMatch(
      /^10\.\d+\.\d+\.\d+:80 443\n$/,
    );
    const token = await inPod("cat /var/run/secrets/kubernetes.io/serviceaccount/token");
    expect(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
      sub: "system:serviceaccount:names:default",
    });
    await kubectl("delete", "service", "hello");
    await eventually("the name is gone", async () =>
      (
        await cluster.tryKubectl(["-n", "names", "exec", "client", "--", "nslookup", "hello.names.svc.cluster.local"])
      ).stdout.includes("NXDOMAIN"),
    );
  },
  LONG_MS,
);

test(
  "a container that is killed is started again; a pod outlives the kill of the whole cluster process",
  async () => {
    const kubectl = await namespace("recovery");
    await kubectl("run", "web", "--image=kube-hello:1");
    await kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=60s");
    const containers = async (): Promise<readonly string[]> =>
      (await run(["docker", "ps", "-q", "--filter", "name=_web_web_recovery_"])).stdout
        .trim()
        .split("\n")
        .filter((id) => id !== "");
    const restarts = async (): Promise<string> =>
      await kubectl("get", "pod", "web", "-o", "jsonpath={.status.containerStatuses[0].restartCount}");
    const [first] = await containers();
    const { pid } = JSON.parse((await cluster.kube(["status", "--name", cluster.name, "-o", "json"])).stdout) as {
      pid: number;
    };
    process.kill(pid, "SIGKILL");
    await eventually("the server is gone", async () =>
      (await cluster.kube(["status", "--name", cluster.name])).stdout.includes("Stopped"),
    );
    expect(await cluster.kube(["start", "--name", cluster.name])).toMatchObject({ stderr: "", exitCode: 0 });
    await kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=60s");
    expect(await containers()).toEqual([first ?? ""]);
    expect(await restarts()).toBe("0");
    await run(["docker", "kill", first ?? ""]);
    await eventually("it is started again", async () => (await restarts()) === "1");
    await kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=60s");
    expect(await containers()).toHaveLength(1);
  },
  LONG_MS,
);

test(
  "what cannot run says why",
  async () => {
    const kubectl = await namespace("wrong");
    const folder = await mkdtemp(join(tmpdir(), "kube-wrong-"));
    await kubectl("run", "no-image", "--image=no-such-image:1", "--image-pull-policy=Never");
    await kubectl("run", "crash", "--image=kube-hello:1", "--command", "--", "sh", "-c", "exit 3");
    await kubectl("run", "no-command", "--image=kube-hello:1", "--command", "--", "/no/such/program");
    await Bun.write(
      join(folder, "big.yaml"),
      "apiVersion: v1\nkind: Pod\nmetadata: {name: big}\nspec: {containers: [{name: c, image: kube-hello:1, resources: {requests: {cpu: '9999'}}}]}\n",
    );
    await kubectl("apply", "-f", join(folder, "big.yaml"));
    const reason = async (pod: string): Promise<string> =>
      await kubectl("get", "pod", pod, "-o", "jsonpath={.status.containerStatuses[0].state.waiting.reason}");
    await eventually("ErrImageNeverPull", async () => (await reason("no-image")) === "ErrImageNeverPull");
    await eventually("CrashLoopBackOff", async () => (await reason("crash")) === "CrashLoopBackOff");
    expect(
      await kubectl(
        "get",
        "pod",
        "crash",
        "-o",
        "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}",
      ),
    ).toBe("3");
    await eventually("the command's failure", async () =>
      /RunContainerError|CrashLoopBackOff/.test(await reason("no-command")),
    );
    await eventually("FailedScheduling", async () =>
      (await kubectl("get", "events", "--field-selector", "involvedObject.name=big")).includes(
        "0/1 nodes are available: 1 Insufficient cpu.",
      ),
    );
  },
  LONG_MS,
);

test(
  "a budget lets kubectl drain take one pod at a time",
  async () => {
    const kubectl = await namespace("budget");
    await kubectl("apply", "-f", join(examples, "disruption-budget"));
    await kubectl("rollout", "status", "deployment/guarded", "--timeout=60s");
    await kubectl("wait", "pdb/guarded", "--for=jsonpath={.status.disruptionsAllowed}=1", "--timeout=30s");
    await kubectl("cordon", cluster.name);
    const drained = await cluster.tryKubectl([
      "drain",
      cluster.name,
      "--pod-selector=app=guarded",
      "--force",
      "--delete-emptydir-data",
      "--timeout=20s",
    ]);
    await kubectl("uncordon", cluster.name);
    expect(drained.stdout.match(/pod\/guarded-\S+ evicted/g)).toHaveLength(1);
    expect(drained.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    expect(drained.exitCode).toBe(1);
    await kubectl("rollout", "status", "deployment/guarded", "--timeout=60s");
  },
  LONG_MS,
);

test(
  "an important pod takes the place of another",
  async () => {
    const kubectl = await namespace("seats");
    await kubectl(
      "patch",
      "node",
      cluster.name,
      "--subresource=status",
      "-p",
      '{"status":{"capacity":{"example.com/seat":"1"}}}',
    );
    await kubectl(
      "wait",
      `node/${cluster.name}`,
      "--for=jsonpath={.status.allocatable.example\\.com/seat}=1",
      "--timeout=30s",
    );
    const manifest = join(examples, "priority");
    await kubectl("apply", "-f", manifest, "--selector=role!=late");
    await kubectl("wait", "pod/ordinary", "--for=condition=Ready", "--timeout=60s");
    await kubectl("apply", "-f", manifest);
    await kubectl("wait", "pod/urgent", "--for=condition=Ready", "--timeout=60s");
    const events = await kubectl("get", "events", "-o", "jsonpath={.items[?(@.reason=='Preempted')].message}");
    expect(events).toMatch(new RegExp(`^Preempted by pod \\S+ on node ${cluster.name}$`));
    expect(await kubectl("get", "pods", "-o", "name")).toBe("pod/urgent\n");
  },
  LONG_MS,
);

test(
  "an autoscaler gives a busy deployment more replicas",
  async () => {
    const kubectl = await namespace("autoscaler");
    await kubectl("apply", "-f", join(examples, "autoscaler"));
    await kubectl("wait", "deployment/busy", "--for=jsonpath={.status.readyReplicas}=3", "--timeout=100s");
    expect(
      await kubectl("get", "events", "-o", "jsonpath={.items[?(@.reason=='SuccessfulRescale')].message}"),
    ).toContain("reason: cpu resource utilization (percentage of request) above target");
    await kubectl("delete", "-f", join(examples, "autoscaler"));
  },
  LONG_MS,
);

test(
  "a daemon runs on the node, a job comes to its end, and a cron job starts one",
  async () => {
    const kubectl = await namespace("batch");
    for (const name of ["daemon-set", "job", "cron-job"]) await kubectl("apply", "-f", join(examples, name));
    await kubectl("rollout", "status", "daemonset/watcher", "--timeout=60s");
    expect(await kubectl("logs", "daemonset/watcher")).toBe(`watching ${cluster.name}\n`);
    await kubectl("wait", "job/pieces", "--for=condition=Complete", "--timeout=90s");
    const counted = "jsonpath={.status.succeeded} {.status.failed} {.status.completedIndexes}";
    expect(await kubectl("get", "job", "pieces", "-o", counted)).toBe("4 1 0-3");
    await kubectl("create", "job", "now", "--from=cronjob/minutely");
    await kubectl("wait", "job/now", "--for=condition=Complete", "--timeout=60s");
    expect(await kubectl("logs", "job/now")).toContain("UTC");
  },
  LONG_MS,
);
