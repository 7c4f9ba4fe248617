import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { exampleImages } from "./support/images.ts";
import { openTerminal, type Terminal } from "./support/terminal.ts";
import { kubeBinary, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

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
    await terminal.until("Owned by", "ReplicaSet/web-");
    await terminal.resize(60, 12);
    await terminal.until("Owned by");
    await terminal.resize(100, 30);
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
