import { expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { type Output, run, succeed } from "./support/run.ts";
import { kubeBinary, kubectlPath, type TestHome, testHome } from "./support/test-cluster.ts";

/** What goes wrong on a user's machine: a clear message, nothing lost, nothing left behind. */

const isRoot = process.getuid?.() === 0;

test("without Docker kube start says what to do and leaves nothing that binds the next start", async () => {
  await using home = await testHome();
  const name = `faults-${process.pid}`;
  const start = await home.kube(["start", "--name", name], { env: { DOCKER_HOST: "unix:///nonexistent.sock" } });
  expect(start.stderr).toContain("error: Docker does not answer at /nonexistent.sock\nStart Docker");
  expect(start.exitCode).toBe(1);
  expect((await home.kube(["list"])).stdout).toBe(`No clusters; "kube start" makes one\n`);
  expect(await readdir(join(home.folder, "clusters"))).toEqual([".lock"]);
  expect((await run(["nft", "list", "tables"])).stdout).not.toContain(`kube-${name}`);
  // Another kind of cluster may have the name now.
  expect(startError(await home.kube(["start", "--name", name, "--runtime", "fake"]))).toBe("");
}, 60_000);

// Only root can become somebody else.
test.skipIf(!isRoot)("a user who may not use Docker is told how to get permission", async () => {
  await using home = await testHome();
  await chmod(home.folder, 0o777);
  const socket = join(home.folder, "docker.sock");
  await using _ = await listenOn(socket);
  await chmod(socket, 0o600);
  const start = await run(["setpriv", "--reuid=65534", "--clear-groups", kubeBinary, "start", "--name", "mine"], {
    env: { ...home.env, DOCKER_HOST: `unix://${socket}` },
  });
  expect(start.stderr).toStartWith(`error: No permission to use Docker at ${socket}\nAdd yourself to its group`);
  expect(start.exitCode).toBe(1);
  expect(await readdir(join(home.folder, "clusters"))).toEqual([".lock"]);
});

test("starts at the same time make one cluster for each name, and all of them succeed", async () => {
  await using home = await testHome();
  const start = async (name: string): Promise<Output> =>
    await home.kube(["start", "--name", name, "--runtime", "fake"]);
  const outputs = await Promise.all([start("same"), start("same"), start("same"), start("other")]);
  expect(outputs.map(startError)).toEqual(["", "", "", ""]);
  expect(outputs.slice(0, 3).filter(({ stdout }) => stdout.includes("is already running"))).toHaveLength(2);
  const clusters = JSON.parse((await home.kube(["list", "-o", "json"])).stdout) as { apiServer: string }[];
  expect(new Set(clusters.map(({ apiServer }) => apiServer)).size).toBe(2);
}, 60_000);

test("Ctrl-C during a first start ends the server and leaves nothing", async () => {
  await using home = await testHome();
  const child = Bun.spawn([kubeBinary, "start", "--name", "halfway", "--runtime", "fake"], {
    env: { ...process.env, ...home.env },
    stdout: "ignore",
    stderr: "pipe",
  });
  const log = join(home.folder, "clusters", "halfway", "logs", "kube.log");
  await eventually("the server has begun", async () => await Bun.file(log).exists());
  child.kill("SIGINT");
  expect(await new Response(child.stderr).text()).toBe('error: Interrupted: cluster "halfway" was not started\n');
  expect(await child.exited).toBe(130);
  expect(await readdir(join(home.folder, "clusters"))).toEqual([".lock"]);
}, 60_000);

interface Damage {
  readonly what: string;
  readonly damage: (folder: string) => Promise<void>;
  readonly message: RegExp;
}

const DAMAGES: readonly Damage[] = [
  {
    what: "a state.db that is cut off",
    damage: async (folder) => await truncate(join(folder, "state.db"), 5000),
    message:
      /Cannot open the cluster's state "[^"]+state\.db": it is cut off: 5000 of \d+ bytes are there\n.*not changed/,
  },
  {
    what: "a state.db that is something else",
    damage: async (folder) => await writeFile(join(folder, "state.db"), "x".repeat(8192)),
    message: /it is not an SQLite database\nThe file was not changed\. Restore it from a backup/,
  },
  {
    what: "a state.db of a newer kube",
    damage: async (folder) => {
      const path = join(folder, "state.db");
      const bytes = await readFile(path);
      // SQLite's user_version.
      bytes.writeUInt32BE(999, 60);
      await writeFile(path, bytes);
    },
    message:
      /a newer kube wrote it \(format 999, this kube reads up to \d+\)\nThe file was not changed\. Use the newer kube/,
  },
  {
    what: "a config.json that is cut off",
    damage: async (folder) => await truncate(join(folder, "config.json"), 30),
    message: /Cannot read \S+config\.json: .+\nMend the file, or remove the cluster with "kube delete --name hurt"/,
  },
  {
    what: "a certificate that is damaged",
    damage: async (folder) => await writeFile(join(folder, "pki", "ca.crt"), "nonsense"),
    message: /Cannot read \S+ca\.crt and its key: they are damaged\nRestore \S+pki from a backup, or remove it/,
  },
];

test.each(DAMAGES)(
  "$what is refused and kept, and mended it starts again",
  async ({ damage, message }) => {
    await using home = await testHome();
    const folder = await stoppedCluster(home, "hurt");
    const whole = await contents(folder);
    await damage(folder);
    const hurt = await contents(folder);
    const start = await home.kube(["start", "--name", "hurt"]);
    expect(start.stderr).toMatch(message);
    expect(start.exitCode).toBe(1);
    expect(await contents(folder)).toEqual(hurt);
    for (const [path, bytes] of whole) await writeFile(join(folder, path), bytes);
    expect(startError(await home.kube(["start", "--name", "hurt"]))).toBe("");
    expect(await succeed([kubectlPath(), "get", "configmap", "kept", "-o", "name"], { env: home.env })).toBe(
      "configmap/kept\n",
    );
  },
  60_000,
);

test("missing keys are made again, and kubectl works with the new ones", async () => {
  await using home = await testHome();
  const folder = await stoppedCluster(home, "hurt");
  await rm(join(folder, "pki"), { recursive: true });
  expect(startError(await home.kube(["start", "--name", "hurt"]))).toBe("");
  expect(await succeed([kubectlPath(), "get", "configmap", "kept", "-o", "name"], { env: home.env })).toBe(
    "configmap/kept\n",
  );
}, 60_000);

test("one damaged cluster does not hide the others from kube list", async () => {
  await using home = await testHome();
  const folder = await stoppedCluster(home, "hurt");
  await stoppedCluster(home, "well");
  await truncate(join(folder, "config.json"), 30);
  const list = await home.kube(["list"]);
  expect(list.stdout).toMatch(/^well +Stopped/m);
  expect(list.stderr).toContain("config.json");
  expect(list.exitCode).toBe(1);
  expect((await home.kube(["delete", "--name", "hurt"])).exitCode).toBe(0);
}, 60_000);

test("a kubeconfig that cannot be changed is kept, and the cluster runs all the same", async () => {
  await using home = await testHome();
  await writeFile(home.kubeconfig, "a: [b");
  const start = await home.kube(["start", "--name", "runs", "--runtime", "fake"]);
  expect(start.stderr).toContain(`Cannot change kubeconfig ${home.kubeconfig}: `);
  expect(start.stderr).toContain(`Cluster "runs" is running. Once that is mended, "kube start --name runs" adds`);
  expect(start.exitCode).toBe(1);
  expect(await readFile(home.kubeconfig, "utf8")).toBe("a: [b");
  await rm(home.kubeconfig);
  await mkdir(home.kubeconfig);
  const folder = await home.kube(["start", "--name", "runs"]);
  expect(folder.stderr).toContain(`error: Cannot read kubeconfig ${home.kubeconfig}: `);
  expect(folder.exitCode).toBe(1);
  await rm(home.kubeconfig, { recursive: true });
  expect(startError(await home.kube(["start", "--name", "runs"]))).toBe("");
}, 60_000);

test("a KUBE_HOME that cannot be is told with its reason", async () => {
  await using home = await testHome();
  const file = join(home.folder, "file");
  await writeFile(file, "");
  const inFile = await home.kube(["start", "--runtime", "fake"], { env: { KUBE_HOME: join(file, "clusters") } });
  expect(inFile.stderr).toMatch(/^error: Cannot write \S+: ENOTDIR/);
  expect(inFile.exitCode).toBe(1);
});

/** The complaint of a start that failed; empty for one that did not. */
const startError = ({ exitCode, stderr, stdout }: Output): string => (exitCode === 0 ? "" : `${stdout}${stderr}`);

/** With a ConfigMap `kept` in it. Gives the folder with its data. */
async function stoppedCluster(home: TestHome, name: string): Promise<string> {
  expect(startError(await home.kube(["start", "--name", name, "--runtime", "fake"]))).toBe("");
  await succeed([kubectlPath(), "create", "configmap", "kept"], { env: home.env });
  await succeed([kubeBinary, "stop", "--name", name], { env: home.env });
  return join(home.folder, "clusters", name);
}

/** Of the files that a start must not change. */
async function contents(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = ["state.db", "config.json", ...(await readdir(join(folder, "pki"))).map((file) => join("pki", file))];
  return new Map(await Promise.all(files.map(async (path) => [path, await readFile(join(folder, path))] as const)));
}

async function listenOn(path: string): Promise<AsyncDisposable> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { [Symbol.asyncDispose]: async () => await new Promise<void>((resolve) => server.close(() => resolve())) };
}
