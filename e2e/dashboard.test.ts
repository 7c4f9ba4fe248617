import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { exampleImages } from "./support/images.ts";
import { openTerminal, type Terminal } from "./support/terminal.ts";
import { examples, kubeBinary, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

const LONG_MS = 120_000;
let cluster: TestCluster;

beforeAll(async () => {
  await exampleImages();
  cluster = await startTestCluster();
}, LONG_MS);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, LONG_MS);

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "app", image: "kube-hello:1", imagePullPolicy: "Never" }],
      },
    },
  },
};

/** A namespace with the Deployment `web` in it, and both of its pods running. */
async function withWeb(name: string): Promise<void> {
  await cluster.kubectl("create", "namespace", name);
  const path = join(cluster.folder, `${name}.json`);
  await Bun.write(path, JSON.stringify({ ...web, metadata: { ...web.metadata, namespace: name } }));
  await cluster.kubectl("apply", "-f", path);
  await cluster.kubectl("-n", name, "rollout", "status", "deployment/web", "--timeout=60s");
}

async function openDashboard(args: string, env: Readonly<Record<string, string>> = {}): Promise<Terminal> {
  const terminal = await openTerminal({ env: { ...cluster.env, ...env }, columns: 100, rows: 30 });
  await terminal.until("ready>");
  await terminal.type(`echo before; stty -g >${cluster.folder}/tty; ${kubeBinary} dashboard ${args}`);
  await terminal.press("Enter");
  await terminal.until("home", "nodes", "1 of 1");
  return terminal;
}

/** The dashboard has ended, and nothing of it is left on the terminal or in its settings. */
async function isAsBefore(terminal: Terminal, exitCode: number): Promise<void> {
  await terminal.until("before");
  await terminal.type(`echo "code $?"; stty -g | cmp - ${cluster.folder}/tty && echo same`);
  await terminal.press("Enter");
  const screen = await terminal.until(`code ${exitCode}`, "\nsame");
  expect(screen).not.toContain("nodes");
}

test("without a terminal the dashboard refuses with one line", async () => {
  expect(await cluster.kube(["dashboard"])).toEqual({
    stdout: "",
    stderr: "error: The dashboard needs a terminal for its input and output\n",
    exitCode: 1,
  });
});

test(
  "one finds a workload, its pods, containers and logs, and comes back",
  async () => {
    await withWeb("walk");
    await using terminal = await openDashboard("-n walk");
    await terminal.type(":deploy");
    await terminal.until(":deploy▏", "deployments");
    await terminal.press("Enter");
    await terminal.until("web    2/2", "home › deployments.apps 1");
    await terminal.press("Enter");
    const pods = await terminal.until("pods of deployment/web 2", "Running");
    const names = [...pods.matchAll(/web-\S+/g)].map(([name]) => name);
    await terminal.type(`/${names[1]}`);
    await terminal.until("1 of 2");
    await terminal.press("Enter");
    await terminal.press("Enter");
    await terminal.until("CONTAINER", "app", "kube-hello:1");
    await terminal.press("Enter");
    await terminal.until("hello, version 1, listens on port 8080", "following");
    await terminal.press("Escape");
    await terminal.until("CONTAINER");
    await terminal.press("Escape");
    await terminal.until("1 of 2");
    await terminal.press("Escape");
    await terminal.until("pods of deployment/web 2");
    await terminal.press("l");
    await terminal.until("logs of pod/");
    await terminal.press("Escape");
    await terminal.until("Running");
    await terminal.press("y");
    await terminal.until("YAML", "apiVersion: v1", "kind: Pod");
    await terminal.press("Tab");
    await terminal.until("REASON", "Scheduled", "Started");
    await terminal.press("Tab");
    await terminal.until("Deployment/web", "ReplicaSet/web-", "(this)");
    await terminal.resize(60, 12);
    await terminal.until("Deployment/web", "(this)");
    await terminal.resize(20, 5);
    await terminal.until("Deployment/web");
    await terminal.resize(100, 30);
    await terminal.press("d");
    await terminal.until("Describe", "Controlled By:", "ReplicaSet/web-");
    await terminal.type(":q");
    await terminal.press("Enter");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

test(
  "one works with a shell, the editor, scaling and deletion",
  async () => {
    await withWeb("work");
    const editor = join(cluster.folder, "editor");
    await Bun.write(editor, `#!/bin/sh\nsed -i 's/^  replicas: 2$/  replicas: 3/' "$1"\n`);
    await chmod(editor, 0o755);
    await using terminal = await openDashboard("-n work", { KUBE_EDITOR: editor });
    await terminal.type(":pods");
    await terminal.press("Enter");
    await terminal.until("home › pods 2");
    await terminal.press("s");
    await terminal.until("#");
    await terminal.type("echo answer-$((40 + 2))");
    await terminal.press("Enter");
    await terminal.until("answer-42");
    await terminal.type("exit");
    await terminal.press("Enter");
    await terminal.until("ended with exit code 0", "home › pods 2");
    await terminal.type(":deploy");
    await terminal.press("Enter");
    await terminal.until("2/2");
    await terminal.press("e");
    await terminal.until("deployment/web edited", "3/3");
    await terminal.press("s");
    await terminal.type("1");
    await terminal.until("Replicas for web: 1");
    await terminal.press("Enter");
    await terminal.until("deployment/web scaled to 1", "1/1");
    await terminal.press("C-d");
    await terminal.until("Delete deployment web?");
    await terminal.press("n");
    await terminal.untilGone("Delete deployment");
    await terminal.until("1/1");
    await terminal.press("C-d");
    await terminal.until("Delete deployment web?");
    await terminal.press("y");
    await terminal.until("Nothing here", "deployment/web deleted");
    await terminal.press("C-c");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

/** A second context for the same cluster, which begins in another namespace. */
async function addContext(name: string, namespace: string): Promise<void> {
  const context = `kube-${cluster.name}`;
  const names = [`--cluster=${context}`, `--user=${context}`, `--namespace=${namespace}`];
  const { exitCode, stderr } = await cluster.kube(["config", "set-context", name, ...names]);
  if (exitCode !== 0) throw new Error(stderr);
}

test(
  "one forwards a port, rolls out an image and back, and switches namespace and context",
  async () => {
    await withWeb("roll");
    await addContext("elsewhere", "kube-system");
    await using terminal = await openDashboard("-n roll");
    await terminal.type(":deploy");
    await terminal.press("Enter");
    await terminal.until("2/2");
    await terminal.press("F");
    await terminal.until("Ports of web to forward");
    await terminal.type(":8080");
    await terminal.press("Enter");
    const forwarded = await terminal.until("1 forwarded", "deployment/web: 127.0.0.1:");
    const port = /127\.0\.0\.1:(\d+) -> 8080/.exec(forwarded)?.[1];
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain("version 1");
    await terminal.press("f");
    await terminal.until("OBJECT", "deployment/web", "active");
    await terminal.press("C-d");
    await terminal.until("ended");
    await terminal.untilGone("1 forwarded");
    const refused = await fetch(`http://127.0.0.1:${port}/`).then(
      () => false,
      () => true,
    );
    expect(refused).toBe(true);
    await terminal.press("Escape");
    await terminal.until("2/2");

    await terminal.press("i");
    await terminal.until("app=kube-hello:1");
    await terminal.press("BSpace");
    await terminal.type("2");
    await terminal.press("Enter");
    await terminal.until("image updated", "2/2     2");
    await terminal.press("o");
    await terminal.until("Deployment/web", "ReplicaSet/web-", "Pod/web-");
    await terminal.press("Escape");
    await terminal.press("b");
    await terminal.until("Roll web back to revision");
    await terminal.press("Enter");
    await terminal.until("rolled back", "2/2     2");
    await cluster.kubectl("-n", "roll", "rollout", "status", "deployment/web", "--timeout=60s");
    expect(await cluster.kubectl("-n", "roll", "get", "deployment", "web", "-o", "wide")).toContain("kube-hello:1");

    await terminal.type(":ns kube-system");
    await terminal.press("Enter");
    await terminal.until("· kube-system", "Nothing here");
    await terminal.press("1");
    await terminal.until("· roll", "2/2");
    await terminal.type(":ctx");
    await terminal.press("Enter");
    await terminal.until("NAME", "elsewhere", "kube-system");
    await terminal.type("/elsewhere");
    await terminal.press("Enter");
    await terminal.press("Enter");
    await terminal.until("Switched to elsewhere", "elsewhere · kube-system", "nodes");
    await terminal.press("C-c");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

test(
  "one reads what crashed before, follows, searches and saves it",
  async () => {
    await cluster.kubectl("create", "namespace", "logs");
    const script = `printf 'colour \\033[31mred\\033[0m\\n'; echo '{"level":"warn","msg":"careful","n":1}'; exit 3`;
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "crash", namespace: "logs" },
      spec: {
        containers: [{ name: "app", image: "kube-hello:1", imagePullPolicy: "Never", command: ["sh", "-c", script] }],
      },
    };
    const path = join(cluster.folder, "crash.json");
    await Bun.write(path, JSON.stringify(pod));
    await cluster.kubectl("apply", "-f", path);
    await using terminal = await openDashboard("-n logs");
    await terminal.type(":po /crash");
    await terminal.press("Enter");
    await terminal.until("CrashLoopBackOff");
    await terminal.press("p");
    await terminal.until("previous container", "colour red", "WARN careful n=1");
    await terminal.press("J");
    await terminal.until('{"level":"warn"');
    await terminal.press("C-s");
    await terminal.until("Save as: crash.log");
    await terminal.press("C-u");
    const file = join(cluster.folder, "saved.log");
    await terminal.type(file);
    await terminal.press("Enter");
    await terminal.until("Saved as");
    expect(await Bun.file(file).text()).toContain("colour red\n");
    await terminal.press("Escape");
    await terminal.press("C-k");
    await terminal.until("Kill pod crash?");
    await terminal.press("y");
    await terminal.until("pod/crash killed", "Nothing matches the filter");
    await terminal.press("q");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

test(
  "a kind that is removed while one looks at it says so, and the dashboard goes on",
  async () => {
    await cluster.kubectl("apply", "-f", join(examples, "custom-resource", "definition.yaml"));
    await cluster.kubectl("wait", "--for=condition=Established", "crd/backups.example.com");
    await cluster.kubectl("apply", "-f", join(examples, "custom-resource", "backup.yaml"));
    await using terminal = await openDashboard("-A");
    await terminal.type(":backups");
    await terminal.press("Enter");
    await terminal.until("NAMESPACE", "nightly");
    await cluster.kubectl("delete", "crd", "backups.example.com");
    await terminal.untilGone("nightly");
    await terminal.type(":no");
    await terminal.press("Enter");
    await terminal.until("Ready");
    await terminal.press("q");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

test(
  "who may only look is told so, and what is hidden from them is said to be forbidden",
  async () => {
    await cluster.kubectl("create", "namespace", "looked-at");
    await cluster.kubectl("-n", "looked-at", "create", "configmap", "settings");
    await cluster.kubectl("-n", "looked-at", "create", "rolebinding", "look", "--clusterrole=view", "--user=eve");
    await using terminal = await openTerminal({ env: cluster.env, columns: 100, rows: 30 });
    await terminal.until("ready>");
    await terminal.type(`echo before; stty -g >${cluster.folder}/tty; ${kubeBinary} dashboard --as eve -n looked-at`);
    await terminal.press("Enter");
    await terminal.until("home", "not allowed");
    await terminal.type(":cm looked-at /settings");
    await terminal.press("Enter");
    await terminal.until("settings", "1 of 2");
    await terminal.press("?");
    await terminal.until("Delete (not allowed)");
    await terminal.press("Escape");
    await terminal.until("1 of 2");
    await terminal.press("C-d");
    await terminal.until("Not allowed: you may not delete configmap settings");
    await terminal.type(":secrets");
    await terminal.press("Enter");
    await terminal.until('User "eve" cannot list resource "secrets"');
    await terminal.press("q");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

test(
  "the dashboard says that the server is gone, and goes on when it is back",
  async () => {
    await using terminal = await openDashboard("-A");
    await terminal.type(":ns");
    await terminal.press("Enter");
    await terminal.until("kube-system");
    await cluster.kube(["stop", "--name", cluster.name]);
    await terminal.until("Disconnected, trying again", "kube-system");
    await cluster.kube(["start", "--name", cluster.name]);
    await terminal.untilGone("Disconnected");
    await cluster.kubectl("create", "namespace", "after-restart");
    await terminal.until("after-restart");
    await terminal.press("q");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);

test(
  "a dashboard that is told to end leaves the terminal as it was",
  async () => {
    const pidFile = join(cluster.folder, "pid");
    await using terminal = await openTerminal({ env: cluster.env, columns: 80, rows: 24 });
    await terminal.until("ready>");
    const command = `sh -c 'echo $$ >${pidFile}; exec ${kubeBinary} dashboard --readonly'`;
    await terminal.type(`echo before; stty -g >${cluster.folder}/tty; ${command}`);
    await terminal.press("Enter");
    await terminal.until("read-only", "nodes", "1 of 1");
    process.kill(Number(await Bun.file(pidFile).text()), "SIGTERM");
    await isAsBefore(terminal, 0);
  },
  LONG_MS,
);
