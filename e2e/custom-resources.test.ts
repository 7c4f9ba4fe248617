import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { kubectls } from "./support/kubectls.ts";
import { type Output, run } from "./support/run.ts";
import { examples, startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/*
 * A kind that users define, with what an operator does to its objects, through the binary and unmodified kubectl.
 */

const versions = await kubectls();
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster(["--runtime", "fake"]);
}, 120_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 120_000);

for (const { version, path } of versions) {
  test(`kubectl ${version} defines a kind, and an operator works on its objects`, async () => {
    const tryIt = async (...args: readonly string[]): Promise<Output> =>
      await run([path, ...args], { env: cluster.env });
    const kubectl = async (...args: readonly string[]): Promise<string> => {
      const output = await tryIt(...args);
      expect({ args, exitCode: output.exitCode, stderr: output.exitCode === 0 ? "" : output.stderr }).toEqual({
        args,
        exitCode: 0,
        stderr: "",
      });
      return output.stdout;
    };
    const file = (name: string): string => join(examples, "custom-resource", name);
    const patch = async (type: string, change: unknown, ...more: readonly string[]): Promise<string> =>
      await kubectl("patch", "backup", "nightly", `--type=${type}`, "-p", JSON.stringify(change), ...more);

    await kubectl("apply", "-f", file("definition.yaml"));
    await kubectl("wait", "--for=condition=Established", "crd/backups.example.com", "--timeout=10s");
    await kubectl("apply", "-f", file("backup.yaml"));
    expect(await kubectl("explain", "backup.spec.keep")).toContain("How many copies are kept.");

    // The operator takes charge: a finalizer, and later a status.
    await patch("merge", { metadata: { finalizers: ["example.com/operator"] } });
    await patch("merge", { status: { phase: "Done" } }, "--subresource=status");
    const columns = (await kubectl("get", "bu", "nightly", "--no-headers")).trim().split(/\s+/);
    expect(columns.slice(0, 4)).toEqual(["nightly", "data", "7", "Done"]);

    const moved = await tryIt("patch", "backup", "nightly", "--type=merge", "-p", '{"spec":{"volume":"other"}}');
    expect(moved.stderr).toContain("a backup stays with its volume");
    const wrong = await tryIt("patch", "backup", "nightly", "--type=merge", "-p", '{"spec":{"keep":0}}');
    expect(wrong.stderr).toContain("spec.keep in body should be greater than or equal to 1");

    await kubectl("delete", "backup", "nightly", "--wait=false");
    expect(await kubectl("get", "bu", "nightly", "-o", "jsonpath={.metadata.deletionTimestamp}")).not.toBe("");
    await patch("json", [{ op: "remove", path: "/metadata/finalizers" }]);
    await eventually("the backup is gone", async () => (await tryIt("get", "bu", "nightly")).exitCode !== 0);
    await kubectl("delete", "-f", file("definition.yaml"));
    expect((await tryIt("get", "backups")).stderr).toMatch(/doesn't have a resource type|could not find/);
  }, 60_000);
}
