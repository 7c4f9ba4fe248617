import { afterAll, beforeAll, expect, test } from "bun:test";

import { startTestCluster, type TestCluster } from "./support/test-cluster.ts";

/* What users get wrong in manifests: one clear message each, the same from kube and from kubectl, and nothing is created. */

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster(["--runtime", "fake"]);
}, 60_000);

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
}, 60_000);

async function refusal(manifest: string): Promise<string> {
  const output = await cluster.kube(["apply", "-f", "-"], { input: manifest });
  expect(output.exitCode).toBe(1);
  expect(output.stdout).toBe("");
  return output.stderr;
}

const pod = (container: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: wrong}\nspec:\n  containers: [${container}]\n`;

test("broken YAML is told with its line and column", async () => {
  expect(await refusal("apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n   labels: {a: b}\n")).toMatch(
    /line 4, column \d+/,
  );
});

test("a kind that nobody knows is told by its name", async () => {
  expect(await refusal("apiVersion: v1\nkind: Nope\nmetadata: {name: x}\n")).toContain(
    'no matches for kind "Nope" in version "v1"',
  );
});

test("unknown and duplicate fields are told with their paths", async () => {
  expect(await refusal(pod("{name: c, image: i, foo: 1}"))).toContain('unknown field "spec.containers[0].foo"');
});

test("a value of the wrong type is told with its field", async () => {
  expect(await refusal(pod("{name: c, image: 3}"))).toContain(
    "cannot unmarshal number into Go struct field Container.spec.containers.image of type string",
  );
});

test("every problem of an object is told, with its path", async () => {
  const stderr = await refusal(pod("{name: A_b, image: i, ports: [{containerPort: 70000}]}"));
  expect(stderr).toContain("spec.containers[0].name");
  expect(stderr).toContain("spec.containers[0].ports[0].containerPort");
});

test("an object of 4 MB is refused by its size", async () => {
  const large = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata: {value: "${"x".repeat(4_000_000)}"}\n`;
  const output = await cluster.kube(["create", "-f", "-"], { input: large });
  expect(output.stderr).toContain("Request entity too large: limit is 3145728");
  expect(output.exitCode).toBe(1);
});

test("kubectl is told the same", async () => {
  const output = await cluster.tryKubectl(["apply", "-f", "-"], { input: pod("{name: c, image: i, foo: 1}") });
  expect(output.stderr).toContain('unknown field "spec.containers[0].foo"');
  expect(output.exitCode).toBe(1);
});
