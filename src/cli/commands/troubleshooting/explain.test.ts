import { afterAll, beforeAll, expect, test } from "bun:test";

import { startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";
import { type CapturedRun, captureRun } from "../../captured-run.ts";

let api: TestApiServer;

beforeAll(async () => {
  api = await startTestApiServer({ https: true });
});

afterAll(async () => await api[Symbol.asyncDispose]());

const explain = async (...args: string[]): Promise<CapturedRun> =>
  await captureRun(["explain", ...args], api.connection);

test("explain shows a field as the server describes it", async () => {
  expect(await explain("deploy.spec.replicas")).toEqual({
    stdout: `GROUP:      apps
KIND:       Deployment
VERSION:    v1

FIELD: replicas <integer>


DESCRIPTION:
    How many pods there should be. 1 unless set.
    

`,
    stderr: "",
    exitCode: 0,
  });
});

test.each([
  ["deployments.apps.spec.template.spec", "FIELD: spec <PodSpec>"],
  ["PODS", "\n  spec\t<PodSpec>\n"],
  ["pods.['spec'].containers", "FIELD: containers <[]Container>\n"],
  ["pods.spec", "\n  containers\t<[]Container> -required-\n"],
])("explain finds %s", async (argument, shown) => expect((await explain(argument)).stdout).toContain(shown));

test("explain shows the version that is asked for", async () => {
  expect((await explain("hpa.spec", "--api-version=autoscaling/v1")).stdout).toStartWith(
    "GROUP:      autoscaling\nKIND:       HorizontalPodAutoscaler\nVERSION:    v1\n",
  );
  expect((await explain("hpa")).stdout).toContain("VERSION:    v2\n");
});

test("explain --recursive shows fields of fields on one line each", async () => {
  const { stdout } = await explain("pods.spec.volumes", "--recursive");
  expect(stdout).toContain(
    "\n  configMap\t<ConfigMapVolumeSource>\n    defaultMode\t<integer>\n    items\t<[]KeyToPath>\n",
  );
});

test("explain says of what it is before it says that a field is missing", async () => {
  expect(await explain("pods.spec.nope")).toEqual({
    stdout: "KIND:       Pod\nVERSION:    v1\n\n",
    stderr: 'error: field "nope" does not exist\n',
    exitCode: 1,
  });
});

test.each([
  [[], "error: You must specify the type of resource to explain."],
  [["pods", "nodes"], "error: We accept only this format: explain RESOURCE\n"],
  [["nope"], 'the server doesn\'t have a resource type "nope"\n'],
  [["pods[0]"], "error: invalid jsonpath syntax, first node must be field node\n"],
  [["pods.{x"], "error: unrecognized character in action: U+007B '{'\n"],
  [["pods}{x"], "error: must pass in 1 jsonpath string\n"],
  [["pods", "--output=html"], "error: unrecognized format: html\n"],
  [["pods", "--api-version=a/b/c"], "error: unexpected GroupVersion string: a/b/c\n"],
  [["pods", "--api-version=v2"], 'error: couldn\'t find resource for "/v2, Resource=pods"\n'],
  [["pods", "--api-version=apps/v1"], "error: GVR (apps/v1, Resource=pods) not found in OpenAPI schema\n"],
])("explain refuses %j", async (args, message) => {
  const { stdout, stderr, exitCode } = await explain(...args);
  expect(stderr).toStartWith(message);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
});
