import { expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { freePort } from "./support/free-port.ts";
import { exampleImages } from "./support/images.ts";
import { run } from "./support/run.ts";
import { kubeBinary, startTestCluster, testHome } from "./support/test-cluster.ts";

const name = (suffix: string): string => `set-${process.pid}-${suffix}`;

/** A pod that serves a folder of its node, and a Service at a node port. */
const site = (nodePort: number): string => `
apiVersion: v1
kind: Pod
metadata: { name: site, labels: { app: site } }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: site
      image: kube-hello:1
      command: [sh, -c, "while :; do date +%s > /tick; sleep 0.2; done & exec busybox httpd -f -p 80 -h /srv"]
      volumeMounts: [{ name: site, mountPath: /srv }]
      readinessProbe: { httpGet: { path: /index.html, port: 80 }, periodSeconds: 1 }
  volumes: [{ name: site, hostPath: { path: /site } }]
---
apiVersion: v1
kind: Service
metadata: { name: site }
spec: { type: NodePort, selector: { app: site }, ports: [{ port: 80, nodePort: ${nodePort} }] }
`;

test("a file says what a cluster is: its ports, folders of this machine, and what to wait for", async () => {
  await exampleImages();
  await using home = await testHome();
  const [port, published, another] = [await freePort(), await freePort(), await freePort()];
  const cluster = name("file");
  await mkdir(join(home.folder, "site"));
  await writeFile(join(home.folder, "site", "index.html"), "from this machine\n");
  const config = join(home.folder, "cluster.yaml");
  await writeFile(
    config,
    `apiVersion: kube.local/v1
kind: ClusterConfig
name: ${cluster}
port: ${port}
ports: ["${published}:30471"]
mounts: ["./site:/site"]
wait: pods
waitTimeout: 90s
`,
  );
  const plan = await home.kube(["start", "--config", config, "--dry-run"]);
  expect(plan.stdout).toContain(`Cluster "${cluster}" would be made in `);
  expect(plan.stdout).toContain(`  mount               ${join(home.folder, "site")}:/site\n`);
  expect((await home.kube(["status", "--name", cluster])).stdout).toContain("State:       Nonexistent");

  expect((await home.kube(["start", "--config", config])).stdout).toContain(
    `Cluster "${cluster}" is running at https://127.0.0.1:${port}\n`,
  );
  const applied = await home.kube(["apply", "-f", "-"], { input: site(30471) });
  expect(applied.stderr).toBe("");
  expect((await home.kube(["start", "--config", config])).stderr).toBe("");
  const get = async (at: number): Promise<string> =>
    await fetch(`http://127.0.0.1:${at}/`).then(
      (response) => response.text(),
      () => "no answer",
    );
  const answers = async (at: number): Promise<boolean> => (await get(at)) === "from this machine\n";
  // The endpoints of a Service follow a pod that has become Ready.
  await eventually("the published port answers", async () => await answers(published));

  // What a running cluster can take up holds at once, and after a restart.
  await home.kube(["start", "--name", cluster, "--ports", `${another}:30471`]);
  expect([await get(another), await get(published)]).toEqual(["from this machine\n", "no answer"]);
  const refused = await home.kube(["start", "--name", cluster, "--port", "1", "--runtime", "docker"]);
  expect(refused.stderr).toBe(
    `error: Cannot change --port from ${port} to 1 while cluster "${cluster}" runs\nStop it first: kube stop --name ${cluster}\n`,
  );
  const never = await home.kube(["start", "--name", cluster, "--store", "memory"]);
  expect(never.stderr).toContain(`error: Cannot change --store of cluster "${cluster}" from sqlite to memory`);
  await home.kube(["stop", "--name", cluster]);
  await home.kube(["start", "--name", cluster, "--wait", "pods"]);
  await eventually("the published port answers again", async () => await answers(another));

  using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const full = await home.kube(["start", "--name", cluster, "--ports", `${taken.port}:30471`]);
  expect(full.stderr).toContain(`Cannot publish port ${taken.port} on 127.0.0.1: another program uses it`);
  expect(await get(another)).toBe("from this machine\n");
}, 180_000);

test("a paused cluster stands still, and goes on where it was", async () => {
  await exampleImages();
  await using cluster = await startTestCluster(["--mount", `${import.meta.dir}:/site`]);
  const named = ["--name", cluster.name] as const;
  await cluster.kube(["apply", "-f", "-"], { input: site(30472).replace("/index.html", "/lifecycle.test.ts") });
  expect((await cluster.kube(["start", ...named, "--wait", "pods"])).stderr).toBe("");
  const restarts = async (): Promise<string> =>
    await cluster.kubectl("get", "pod", "site", "-o", "jsonpath={.status.containerStatuses[0].restartCount}");

  expect((await cluster.kube(["pause", ...named])).stdout).toBe(`Cluster "${cluster.name}" is paused\n`);
  const paused = await cluster.kube(["status", ...named]);
  expect(paused.stdout).toContain("State:       Paused");
  expect(paused.exitCode).not.toBe(0);
  const frozen = await run([
    "docker",
    "ps",
    "-q",
    "--filter",
    `label=kube.cluster=${cluster.name}`,
    "--filter",
    "status=paused",
  ]);
  expect(frozen.stdout.trim().split("\n")).toHaveLength(2);
  // The API answers, and nothing comes of what is asked of it.
  await cluster.kubectl("create", "deployment", "later", "--image=kube-hello:1");
  expect(await cluster.kubectl("get", "replicasets", "-o", "name")).toBe("");
  expect((await cluster.kube(["node", "add", ...named])).stderr).toContain(
    "the cluster is paused: kube unpause lets it go on",
  );

  expect((await cluster.kube(["unpause", ...named])).stdout).toBe(`Cluster "${cluster.name}" goes on\n`);
  expect((await cluster.kube(["status", ...named])).exitCode).toBe(0);
  await cluster.kubectl("rollout", "status", "deployment/later", "--timeout=30s");
  expect(await restarts()).toBe("0");

  // Out of a pause a cluster can be started, stopped, found again after its server was killed, and deleted.
  await cluster.kube(["pause", ...named]);
  expect((await cluster.kube(["start", ...named])).stdout).toContain("is already running");
  expect(await restarts()).toBe("0");
  await cluster.kube(["pause", ...named]);
  // The program's own output.
  const { pid } = JSON.parse((await cluster.kube(["status", ...named, "-o", "json"])).stdout) as { pid: number };
  process.kill(pid, "SIGKILL");
  expect((await cluster.kube(["start", ...named, "--wait", "pods"])).stderr).toBe("");
  expect(await restarts()).toBe("0");
  await cluster.kube(["pause", ...named]);
  expect((await cluster.kube(["stop", ...named])).stdout).toContain("is stopped; its state is kept");
  await cluster.kube(["start", ...named]);
  await cluster.kube(["pause", ...named]);
  expect((await cluster.kube(["delete", ...named])).stdout).toBe(`Cluster "${cluster.name}" is deleted\n`);
  expect((await run(["docker", "ps", "-aq", "--filter", `label=kube.cluster=${cluster.name}`])).stdout).toBe("");
}, 180_000);

test("defaults are set, shown and used for new clusters, and kubectl knows nothing of them", async () => {
  await using home = await testHome();
  expect((await home.kube(["config", "set", "nodes", "2"])).stdout).toBe('Default "nodes" set.\n');
  expect((await home.kube(["config", "set", "runtime", "fake"])).exitCode).toBe(0);
  expect((await home.kube(["config", "get", "nodes"])).stdout).toBe("2\n");
  expect((await home.kube(["config", "list"])).stdout).toMatch(/^runtime +fake +/m);
  expect((await home.kube(["config", "set", "nodes", "none"])).stderr).toBe(
    'error: nodes must be a whole number from 1 to 250, not "none"\n',
  );
  // What may have been meant is told to people at a terminal only.
  expect((await home.kube(["config", "set", "nodse", "2"])).stderr).toBe(
    "error: unable to parse nodse after [] at api.Config\n",
  );
  expect((await home.kube(["kubectl", "--", "config", "set", "nodes", "2"])).exitCode).toBe(1);
  await home.kube(["config", "set", "contexts.mine.namespace", "web"]);
  expect(await Bun.file(home.kubeconfig).text()).toContain("namespace: web");

  const cluster = name("default");
  await home.kube(["start", "--name", cluster]);
  expect((await home.kube(["profile"])).stdout).toBe("kube\n");
  await home.kube(["config", "use-context", "mine"]);
  expect((await home.kube(["profile", cluster])).stdout).toBe(`Commands are about cluster "${cluster}" from now on\n`);
  expect((await home.kube(["config", "current-context"])).stdout).toBe(`kube-${cluster}\n`);
  expect((await home.kube(["status"])).stdout).toMatch(/State: +Running[\s\S]*Nodes: +2\nRuntime: +fake/);
  expect((await home.kube(["profile", "list"])).stdout).toMatch(new RegExp(`^${cluster} .*\\*$`, "m"));
  expect((await home.kube(["kubectl", "--", "get", "nodes", "-o", "name"])).stdout).toBe(
    `node/${cluster}\nnode/${cluster}-2\n`,
  );
  await Bun.write(home.kubeconfig, "");
  expect((await home.kube(["update-context"])).stdout).toContain(`Context "kube-${cluster}" in ${home.kubeconfig}`);
  expect((await home.kube(["get", "nodes"])).exitCode).toBe(0);
  await home.kube(["delete"]);
  expect((await home.kube(["profile"])).stdout).toBe("kube\n");
  expect((await home.kube(["config", "unset", "nodes"])).stdout).toBe('Default "nodes" unset.\n');
  expect((await home.kube(["config", "get", "nodes"])).stderr).toBe("error: nodes is not set\n");
}, 60_000);

test("clusters of two homes that are started at once share neither ports nor ranges", async () => {
  await using one = await testHome();
  await using two = await testHome();
  const homes = [one, two];
  const started = await Promise.all(
    homes.map(async ({ env }, at) => await run([kubeBinary, "start", "--name", name(`at-once-${at}`)], { env })),
  );
  expect(started.map(({ stderr }) => stderr)).toEqual(["", ""]);
  const statuses = await Promise.all(
    homes.map(async (home, at) => {
      const { stdout } = await home.kube(["status", "--name", name(`at-once-${at}`), "-o", "json"]);
      return JSON.parse(stdout) as {
        readonly apiServer: string;
        readonly podRange: string;
        readonly serviceRange: string;
      };
    }),
  );
  for (const key of ["apiServer", "podRange", "serviceRange"] as const)
    expect(new Set(statuses.map((status) => status[key])).size).toBe(2);
}, 60_000);
