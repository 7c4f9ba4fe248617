import { expect, test } from "bun:test";

import { startTestCluster, testHome } from "./support/test-cluster.ts";

interface Report {
  readonly checks: readonly { readonly name: string; readonly result: string; readonly mend?: string }[];
}

const resultsOf = (stdout: string): Readonly<Record<string, string>> =>
  // The program's own output, every member of which is compared below.
  Object.fromEntries((JSON.parse(stdout) as Report).checks.map(({ name, result }) => [name, result]));

test("kube doctor finds a healthy machine and its cluster well", async () => {
  await using cluster = await startTestCluster();
  const { stdout, stderr, exitCode } = await cluster.kube(["doctor", "--name", cluster.name, "-o", "json"]);
  expect(resultsOf(stdout)).toEqual({
    docker: "ok",
    permissions: "ok",
    netfilter: "ok",
    ports: "ok",
    "address ranges": "ok",
    // Machines without a network, or without nss-myhostname, run clusters too.
    dns: expect.stringMatching(/^(ok|warning)$/),
    disk: "ok",
    clock: "ok",
    certificates: "ok",
    kubeconfig: "ok",
  });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
}, 60_000);

test("without Docker and without a cluster kube doctor fails, says what mends it, and goes on with the rest", async () => {
  await using home = await testHome();
  const { stdout, exitCode } = await home.kube(["doctor"], { env: { DOCKER_HOST: "unix:///nonexistent.sock" } });
  expect(stdout).toMatch(/^docker +failure +\d+ ms +Docker does not answer at \/nonexistent\.sock\n +-> Start Docker/m);
  expect(stdout).toMatch(/^disk +ok /m);
  expect(stdout).toMatch(/^certificates +skipped /m);
  expect(stdout).toMatch(/^kubeconfig +skipped /m);
  expect(exitCode).toBe(1);
});
