import { describe, expect, test } from "bun:test";

import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";

const configMap = (name: string, labels: object = { app: "web" }) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels },
});

const list = (...items: object[]): string => JSON.stringify({ apiVersion: "v1", kind: "List", items });

describe("apply --prune", () => {
  test("deletes what was applied with the label and is not in the manifests any more", async () => {
    await using api = await startTestApiServer({ https: true });
    const run = async (args: readonly string[], stdin = "") => await captureRun(args, api.connection, { stdin });
    await run(["apply", "-f", "-"], list(configMap("a"), configMap("b"), configMap("other", { app: "x" })));
    await run(["create", "configmap", "by-hand"]);
    await run(["label", "configmap", "by-hand", "app=web"]);
    const prune = ["apply", "-f", "-", "--prune", "-l", "app=web", "--prune-allowlist=core/v1/ConfigMap"];
    expect((await run([...prune, "--dry-run=server"], list(configMap("a")))).stdout).toBe(
      "configmap/a unchanged (server dry run)\nconfigmap/b pruned (server dry run)\n",
    );
    expect((await run(prune, list(configMap("a")))).stdout).toBe("configmap/a unchanged\nconfigmap/b pruned\n");
    expect((await run(["get", "configmaps", "-o", "name"])).stdout.split("\n")).toEqual([
      "configmap/a",
      "configmap/by-hand",
      "configmap/other",
      "",
    ]);
  });

  test.each([
    [["--prune"], "all resources selected for prune without explicitly passing --all"],
    [["--prune", "--all", "--force"], "--force cannot be used with --prune"],
    [["--prune", "--all", "--server-side"], "--prune is in alpha and doesn't currently work on objects created by"],
    [["--prune", "--all", "--prune-allowlist=x"], "invalid GroupVersionKind format: x"],
    [["--prune", "--all", "--prune-allowlist=a/b/C"], 'no matches for kind "C" in version "a/b"'],
    [["--prune", "--applyset=x"], "unknown flag: --applyset"],
  ])("with %j says %s", async (flags, message) => {
    await using api = await startTestApiServer({ https: true });
    const { stderr, exitCode } = await captureRun(["apply", "-f", "-", ...flags], api.connection, {
      stdin: list(configMap("a")),
    });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });
});

describe("apply --prune --applyset", () => {
  const env = { KUBECTL_APPLYSET: "true" };

  test("keeps the kinds and namespaces of its members at a parent, and deletes former members", async () => {
    await using api = await startTestApiServer({ https: true });
    const apply = async (...items: object[]) =>
      await captureRun(["apply", "-n", "default", "-f", "-", "--prune", "--applyset=mine"], api.connection, {
        stdin: list(...items),
        env,
      });
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { ports: [{ port: 80 }] } };
    expect((await apply(configMap("a"), configMap("b"), service)).stdout).toBe(
      "configmap/a created\nconfigmap/b created\nservice/s created\n",
    );
    const parent = async (): Promise<string> =>
      (await captureRun(["get", "secret", "mine", "-o", "jsonpath={.metadata.annotations}"], api.connection)).stdout;
    expect(await parent()).toContain('"applyset.kubernetes.io/contains-group-kinds":"ConfigMap,Service"');
    expect((await apply(configMap("a"))).stdout.split("\n").toSorted()).toEqual([
      "",
      "configmap/a unchanged",
      "configmap/b pruned",
      "service/s pruned",
    ]);
    expect(await parent()).toContain('"applyset.kubernetes.io/contains-group-kinds":"ConfigMap"');
  });

  test.each([
    [["--applyset=x"], "--applyset requires --prune"],
    [["--prune", "--applyset=x", "--all"], "--all is incompatible with --applyset"],
    [["--prune", "--applyset=x/"], 'invalid parent reference "x/": name cannot be blank'],
    [["--prune", "--applyset=x"], "namespace is required to use namespace-scoped ApplySet"],
    [["--prune", "--applyset=nodes/x"], 'resource "/v1, Resource=nodes" is not permitted as an ApplySet parent'],
  ])("with %j says %s", async (flags, message) => {
    await using api = await startTestApiServer({ https: true });
    const { stderr } = await captureRun(["apply", "-f", "-", ...flags], api.connection, {
      stdin: list(configMap("a")),
      env,
    });
    expect(stderr).toContain(message);
  });
});

test("diff --prune shows what would be pruned, without the values of secrets", async () => {
  await using api = await startTestApiServer({ https: true });
  const secret = { ...configMap("s"), kind: "Secret", stringData: { password: "hidden" } };
  await captureRun(["apply", "-f", "-"], api.connection, { stdin: list(configMap("a"), secret) });
  const { stdout, exitCode } = await captureRun(["diff", "-f", "-", "--prune", "-l", "app=web"], api.connection, {
    stdin: list(configMap("a")),
  });
  expect(stdout).toContain("-  password: '***'");
  expect(stdout).not.toContain("hidden");
  expect(exitCode).toBe(1);
});
