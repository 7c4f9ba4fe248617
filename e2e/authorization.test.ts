import { expect, test } from "bun:test";

import { eventually } from "./support/eventually.ts";
import { startTestCluster } from "./support/test-cluster.ts";

const ROBOT = "system:serviceaccount:default:robot";

test("a service account sees what it is bound to at once, and no more", async () => {
  await using cluster = await startTestCluster(["--runtime", "fake"]);
  const can = async (...question: readonly string[]): Promise<string> =>
    (await cluster.tryKubectl(["auth", "can-i", ...question, "--as", ROBOT])).stdout.trim();
  // The controllers fill in the roles that people are given.
  await eventually("view is made of its parts", async () =>
    (await cluster.kubectl("get", "clusterrole", "view", "-o", "jsonpath={.rules[*].resources}")).includes(
      "deployments/scale",
    ),
  );

  await cluster.kubectl("create", "serviceaccount", "robot");
  expect(await can("list", "pods")).toBe("no");
  expect(await can("get", "/apis")).toBe("yes");
  await cluster.kubectl("create", "rolebinding", "robot-views", "--clusterrole=view", "--serviceaccount=default:robot");
  expect(await can("list", "pods")).toBe("yes");
  expect(await can("list", "secrets")).toBe("no");
  expect(await can("create", "pods")).toBe("no");
  expect(await can("list", "pods", "-n", "kube-system")).toBe("no");
  expect(await cluster.kubectl("auth", "can-i", "--list", "--as", ROBOT)).toContain("pods/log");

  const denied = await cluster.tryKubectl([
    "create",
    "rolebinding",
    "more",
    "--clusterrole=edit",
    "--user=x",
    "--as",
    ROBOT,
  ]);
  expect(denied.stderr).toContain(
    `cannot create resource "rolebindings" in API group "rbac.authorization.k8s.io" in the namespace "default"`,
  );

  // A token says the same as impersonation.
  const token = (await cluster.kubectl("create", "token", "robot")).trim();
  const asRobot = ["--token", token, "--kubeconfig", "/dev/null", "--insecure-skip-tls-verify"];
  const server = await cluster.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
  expect((await cluster.tryKubectl(["get", "pods", ...asRobot, "--server", server])).exitCode).toBe(0);
  expect((await cluster.tryKubectl(["get", "secrets", ...asRobot, "--server", server])).stderr).toContain(
    `Error from server (Forbidden): secrets is forbidden: User "${ROBOT}" cannot list resource "secrets"`,
  );
});
