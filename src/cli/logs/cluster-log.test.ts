import { expect, test } from "bun:test";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { captureRun, type CapturedRunOptions } from "../captured-run.ts";

const NO_SERVER = { server: "https://127.0.0.1:1", userAgent: "test" };

async function clusterWithLog(text: string) {
  const home = await mkdtemp(join(tmpdir(), "kube-cluster-log-"));
  const log = join(home, "one", "logs", "kube.log");
  await mkdir(join(home, "one", "logs"), { recursive: true });
  await writeFile(log, text);
  return {
    log,
    read: (args: readonly string[], options: CapturedRunOptions = {}) =>
      captureRun(["logs", "--cluster", "--name", "one", ...args], NO_SERVER, { env: { KUBE_HOME: home }, ...options }),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true }),
  };
}

test("logs --cluster shows the last lines of the cluster's own log", async () => {
  await using cluster = await clusterWithLog("one\ntwo\nthree\n");
  expect(await cluster.read(["--tail=2"])).toEqual({ stdout: "two\nthree\n", stderr: "", exitCode: 0 });
  expect((await cluster.read([])).stdout).toBe("one\ntwo\nthree\n");
});

test("logs --cluster -f goes on with what is written afterwards, until it is interrupted", async () => {
  await using cluster = await clusterWithLog("one\n");
  const interrupt = new AbortController();
  const run = await cluster.read(["-f"], {
    signal: interrupt.signal,
    onOutput(stdout) {
      if (stdout === "one\n") void appendFile(cluster.log, "two\n");
      if (stdout === "one\ntwo\n") interrupt.abort();
    },
  });
  expect(run.stdout).toBe("one\ntwo\n");
});

test("logs --cluster names the cluster that has no log", async () => {
  await using cluster = await clusterWithLog("");
  const run = await cluster.read(["--name", "two"]);
  expect(run.stderr).toContain('error: Cluster "two" has no log');
  expect(run.exitCode).toBe(1);
});
