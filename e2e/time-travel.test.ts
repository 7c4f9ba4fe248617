import { afterAll, beforeAll, expect, test } from "bun:test";

import { eventually } from "./support/eventually.ts";
import type { Output } from "./support/run.ts";
import { startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/** What a cluster was: read, compared and gone back to. Pods only pretend to run, which the past does not mind. */

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster(["--runtime", "fake", "--history", "30m"]);
}, 120_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

const LONG_MS = 120_000;

async function kube(...args: readonly string[]): Promise<string> {
  const output: Output = await cluster.kube(args);
  if (output.exitCode !== 0) throw new Error(`kube ${args.join(" ")}\n${output.stdout}${output.stderr}`);
  return output.stdout;
}

const revisionOf = async (type: string, namespace: string): Promise<string> =>
  await cluster.kubectl("get", type, "-n", namespace, "-o", "jsonpath={.metadata.resourceVersion}");

test(
  "history tells who changed what, and get, describe and diff show what was",
  async () => {
    await cluster.kubectl("create", "namespace", "past");
    await cluster.kubectl("create", "configmap", "settings", "-n", "past", "--from-literal=level=info");
    const revision = await revisionOf("configmap/settings", "past");
    await cluster.kubectl(
      "patch",
      "configmap/settings",
      "-n",
      "past",
      "--type=merge",
      "-p",
      '{"data":{"level":"debug"}}',
      "--as=alice",
      "--as-group=system:masters",
    );
    const history = await kube("history", "configmap/settings", "-n", "past");
    expect(history).toContain(`created configmaps past/settings  by kubernetes-admin (kubectl`);
    expect(history).toContain(`changed configmaps past/settings  by alice (kubectl`);
    expect(history).toContain("    -  level: info\n    +  level: debug\n");
    const changes = JSON.parse(await kube("history", "-n", "past", "-o", "json")) as { changes: { name: string }[] };
    expect(changes.changes.map(({ name }) => name)).toContain("settings");

    expect(
      await kube("get", "configmap/settings", "-n", "past", "--at", revision, "-o", "jsonpath={.data.level}"),
    ).toBe("info");
    expect(await kube("get", "configmaps", "-n", "past", "--at", revision)).toContain("settings");
    expect(await kube("describe", "configmap/settings", "-n", "past", "--at", revision)).toContain("info");
    const diff = await cluster.kube(["diff", "--at", revision, "configmap/settings", "-n", "past"]);
    expect(diff.stdout).toContain("-  level: info\n+  level: debug\n");
    expect(diff.exitCode).toBe(1);

    const early = await cluster.kube(["get", "configmaps", "--at", "5h", "-n", "past"]);
    expect(early.stdout + early.stderr).toContain("No resources found");
    const nonsense = await cluster.kube(["get", "configmaps", "--at", "soon"]);
    expect(nonsense.stderr).toContain('"soon" is neither a revision nor a time');
    const future = await cluster.kube(["get", "configmaps", "--at", "99999999"]);
    expect(future.stderr).toContain("has not happened");
  },
  LONG_MS,
);

test(
  "rewind brings a running namespace back, and can be rewound itself",
  async () => {
    await cluster.kubectl("create", "namespace", "back");
    // First, so that the revision of the deployment is later than both.
    await cluster.kubectl("create", "configmap", "old", "-n", "back");
    await cluster.kubectl("create", "deployment", "web", "--image=web:1", "-n", "back");
    await cluster.kubectl("rollout", "status", "deployment/web", "-n", "back", "--timeout=60s");
    const revision = await revisionOf("deployment/web", "back");
    await cluster.kubectl("set", "image", "deployment/web", "web=web:2", "-n", "back");
    await cluster.kubectl("create", "configmap", "new", "-n", "back");
    await cluster.kubectl("delete", "configmap", "old", "-n", "back");
    await cluster.kubectl("rollout", "status", "deployment/web", "-n", "back", "--timeout=60s");

    const plan = await kube("rewind", "--to", revision, "-n", "back", "--dry-run");
    expect(plan).toBe(
      "create configmaps back/old\nchange deployments.apps back/web\ndelete configmaps back/new\n1 to create, 1 to change, 1 to delete; nothing was done (dry run)\n",
    );
    const asked = await cluster.kube(["rewind", "--to", revision, "-n", "back"]);
    expect(asked.stderr).toContain("nobody can be asked here");
    const done = await kube("rewind", "--to", revision, "-n", "back", "--yes");
    const [, undo = ""] = /3 of 3 done. To undo it: kube rewind --to (\d+)/.exec(done) ?? [];
    await eventually("the pods are of the old version again", async () => {
      const images = await cluster.kubectl(
        "get",
        "pods",
        "-n",
        "back",
        "-o",
        "jsonpath={.items[*].spec.containers[0].image}",
      );
      return images === "web:1";
    });
    expect(await cluster.kubectl("get", "configmaps", "-n", "back", "-o", "name")).toContain("configmap/old");
    expect(await kube("rewind", "--to", revision, "-n", "back")).toBe("Everything is as it was then\n");

    await kube("rewind", "--to", undo, "-n", "back", "--yes");
    const names = await cluster.kubectl("get", "configmaps", "-n", "back", "-o", "name");
    expect(names).toContain("configmap/new");
    expect(names).not.toContain("configmap/old");
    expect(await cluster.kubectl("get", "deployment/web", "-n", "back", "-o", "jsonpath={..image}")).toBe("web:2");

    const tooFar = await cluster.kube(["rewind", "--to", "1", "--yes"]);
    expect(tooFar.stderr).toContain("Cannot go back that far");
  },
  LONG_MS,
);

test(
  "a snapshot survives a stop, is rewound to while the cluster runs, and restored",
  async () => {
    await using own = await startTestCluster(["--runtime", "fake"]);
    const ours = async (...args: readonly string[]): Promise<string> => {
      const { stdout, stderr, exitCode } = await own.kube(args);
      if (exitCode !== 0) throw new Error(stdout + stderr);
      return stdout;
    };
    await own.kubectl("create", "configmap", "kept", "--from-literal=a=1");
    expect(await ours("snapshot", "save", "one", "--name", own.name)).toMatch(/^Snapshot "one" has \d+ objects/);
    const twice = await own.kube(["snapshot", "save", "one", "--name", own.name]);
    expect(twice.stderr).toContain('There is a snapshot "one" already');
    await own.kubectl("delete", "configmap", "kept");
    await ours("rewind", "--to", "one", "--name", own.name, "-n", "default", "--yes");
    expect(await own.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}")).toBe("1");

    await own.kubectl("create", "configmap", "later");
    const uid = await own.kubectl("get", "namespace", "default", "-o", "jsonpath={.metadata.uid}");
    const newest = Number(
      (await own.kubectl("get", "configmap", "later", "-o", "jsonpath={.metadata.resourceVersion}")).trim(),
    );
    expect(await ours("snapshot", "restore", "one", "--name", own.name)).toContain("and runs again");
    expect(await own.kubectl("get", "configmaps", "-o", "name")).not.toContain("later");
    expect(await own.kubectl("get", "namespace", "default", "-o", "jsonpath={.metadata.uid}")).toBe(uid);
    // Revisions only grow: no watcher takes the restored state for an older one of what it saw.
    await own.kubectl("create", "configmap", "after");
    expect(
      Number(await own.kubectl("get", "configmap", "after", "-o", "jsonpath={.metadata.resourceVersion}")),
    ).toBeGreaterThan(newest);

    await ours("stop", "--name", own.name);
    const list = JSON.parse(await ours("snapshot", "list", "--name", own.name, "-o", "json")) as { name: string }[];
    const safety = list.map(({ name }) => name).find((name) => name.startsWith("before-restore-")) ?? "";
    await ours("snapshot", "restore", safety, "--name", own.name);
    await ours("start", "--name", own.name);
    expect(await own.kubectl("get", "configmaps", "-o", "name")).toContain("configmap/later");
    await ours("snapshot", "delete", "one", "--name", own.name);
    expect(await ours("snapshot", "list", "--name", own.name)).not.toContain("one ");
  },
  LONG_MS,
);
