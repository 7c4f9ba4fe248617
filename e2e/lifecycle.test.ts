import { expect, test } from "bun:test";

import { parse } from "yaml";

import { eventually } from "./support/eventually.ts";
import { run, succeed } from "./support/run.ts";
import { kubectlPath, testHome } from "./support/test-cluster.ts";

interface Status {
  readonly name: string;
  readonly state: string;
  readonly pid: number;
  readonly apiServer: string;
  readonly nodes: number;
  readonly dataDirectory: string;
  readonly versions: { readonly kubernetes: string };
}

test("a cluster is started, found, stopped, started again with its state, and deleted", async () => {
  await using home = await testHome();
  const name = `life-${process.pid}`;
  const status = async (): Promise<Status> =>
    JSON.parse((await home.kube(["status", "--name", name, "-o", "json"])).stdout) as Status;
  const kubectl = async (...args: readonly string[]): Promise<string> =>
    await succeed([kubectlPath(), ...args], { env: home.env });

  const start = await home.kube(["start", "--name", name]);
  expect(`${start.stdout}${start.stderr}`).toContain(`Cluster "${name}" is running at https://127.0.0.1:`);
  expect(start.exitCode).toBe(0);

  const running = await status();
  expect(running).toMatchObject({ name, state: "Running", nodes: 1, versions: { kubernetes: "v1.36.2+kube" } });
  expect(await kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.conditions[?(@.type=='Ready')].status}")).toBe(
    "True",
  );
  expect(parse(await Bun.file(home.kubeconfig).text())).toMatchObject({ "current-context": `kube-${name}` });

  const again = await home.kube(["start", "--name", name]);
  expect(again.stdout).toContain("is already running");
  expect((await status()).pid).toBe(running.pid);

  await kubectl("create", "configmap", "kept", "--from-literal=a=b");
  const stop = await home.kube(["stop", "--name", name]);
  expect(stop.stdout).toBe(`Cluster "${name}" is stopped; its state is kept\n`);
  expect((await status()).state).toBe("Stopped");
  expect((await home.kube(["status", "--name", name])).exitCode).not.toBe(0);

  await home.kube(["start", "--name", name]);
  expect(await kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}")).toBe("b");

  const removed = await home.kube(["delete", "--name", name]);
  expect(removed.exitCode).toBe(0);
  expect((await status()).state).toBe("Nonexistent");
  expect(parse(await Bun.file(home.kubeconfig).text())).toMatchObject({ contexts: [], clusters: [], users: [] });
  expect((await run(["docker", "ps", "-aq", "--filter", `name=${name}`])).stdout).toBe("");
}, 120_000);

test("clusters live side by side and do not share ports or ranges", async () => {
  await using home = await testHome();
  const names = [`one-${process.pid}`, `two-${process.pid}`];
  for (const name of names) expect((await home.kube(["start", "--name", name, "--runtime", "fake"])).exitCode).toBe(0);
  const list = JSON.parse((await home.kube(["list", "-o", "json"])).stdout) as {
    apiServer: string;
    podRange: string;
    serviceRange: string;
    state: string;
  }[];
  expect(list.map(({ state }) => state)).toEqual(["Running", "Running"]);
  for (const member of ["apiServer", "podRange", "serviceRange"] as const)
    expect(new Set(list.map((each) => each[member])).size).toBe(2);
  for (const name of names) {
    const nodes = await succeed([kubectlPath(), "--context", `kube-${name}`, "get", "nodes", "-o", "name"], {
      env: home.env,
    });
    expect(nodes).toStartWith("node/");
  }
}, 120_000);

test("SIGKILL loses nothing, and a start afterwards needs no cleaning up", async () => {
  await using home = await testHome();
  const name = `kill-${process.pid}`;
  await home.kube(["start", "--name", name, "--runtime", "fake"]);
  const { pid } = JSON.parse((await home.kube(["status", "--name", name, "-o", "json"])).stdout) as Status;
  await succeed([kubectlPath(), "create", "configmap", "kept"], { env: home.env });
  process.kill(pid, "SIGKILL");
  await eventually("the cluster is seen to be stopped", async () =>
    (await home.kube(["status", "--name", name])).stdout.includes("Stopped"),
  );
  expect((await home.kube(["start", "--name", name])).exitCode).toBe(0);
  expect(await succeed([kubectlPath(), "get", "configmap", "kept", "-o", "name"], { env: home.env })).toBe(
    "configmap/kept\n",
  );
}, 120_000);

test("a port that is taken is told before anything is started", async () => {
  await using home = await testHome();
  using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const start = await home.kube(["start", "--name", "taken", "--port", String(taken.port)]);
  expect(start.stderr).toContain(`error: Cannot listen on 127.0.0.1:${taken.port}: another program uses that port`);
  expect(start.stderr).toContain("--port");
  expect(start.exitCode).toBe(1);
});

test("wrong options are one clear line each", async () => {
  await using home = await testHome();
  const stderr = async (...args: readonly string[]): Promise<string> =>
    (await home.kube(args)).stderr.split("\n")[0] ?? "";
  expect(await stderr("start", "--name", "No_Such")).toContain('Cannot use cluster name "No_Such"');
  expect(await stderr("start", "--nodes", "0")).toContain("must be a whole number from 1 to 250");
  expect(await stderr("start", "--pod-range", "10.0.0.0/30")).toContain("it must be an IPv4 range");
  expect(await stderr("stop", "--name", "nothing")).toContain('There is no cluster "nothing"');
  expect(await stderr("bogus")).toBe('error: unknown command "bogus" for "kube"');
});
