import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { configmaps, deployments, pods } from "../../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun, type CapturedRun, type CapturedRunOptions } from "../../captured-run.ts";

let api: TestApiServer;
let folder: string;

beforeAll(async () => {
  api = await startTestApiServer({ https: true });
  folder = await mkdtemp(join(tmpdir(), "kube-write-test-"));
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const kube = async (args: readonly string[], options: CapturedRunOptions = {}): Promise<CapturedRun> =>
  await captureRun(args, api.connection, { cwd: folder, ...options });

const done = (stdout: string): CapturedRun => ({ stdout, stderr: "", exitCode: 0 });
const failed = (stderr: string): CapturedRun => ({ stdout: "", stderr, exitCode: 1 });

const settings = (data: object, labels?: object): string =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", labels }, data });

const found = async () => await api.client.resource(configmaps).find({ name: "settings", namespace: "default" });

beforeEach(async () => {
  if (await found()) await api.client.resource(configmaps).delete({ name: "settings", namespace: "default" });
});

const apply = async (manifest: string, ...args: string[]): Promise<CapturedRun> =>
  await kube(["apply", "-f", "-", ...args], { stdin: manifest });

test("apply creates, leaves alone, and changes; what was dropped goes, what others added stays", async () => {
  expect(await apply(settings({ a: "1", b: "2" }))).toEqual(done("configmap/settings created\n"));
  expect(await apply(settings({ a: "1", b: "2" }))).toEqual(done("configmap/settings unchanged\n"));
  const client = api.client.resource(configmaps);
  await client.patch({ name: "settings", namespace: "default" }, { data: { other: "x" } }, { type: "merge" });
  expect(await apply(settings({ a: "3" }))).toEqual(done("configmap/settings configured\n"));
  expect((await found())?.data).toEqual({ a: "3", other: "x" });
});

test("apply keeps the configuration on the object as kubectl does", async () => {
  await apply(settings({ a: "<1>" }));
  expect((await found())?.metadata.annotations).toEqual({
    "kubectl.kubernetes.io/last-applied-configuration":
      '{"apiVersion":"v1","data":{"a":"\\u003c1\\u003e"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"settings","namespace":"default"}}\n',
  });
  expect(await kube(["apply", "view-last-applied", "cm/settings"])).toEqual(
    done(
      "apiVersion: v1\ndata:\n  a: <1>\nkind: ConfigMap\nmetadata:\n  annotations: {}\n  name: settings\n  namespace: default\n",
    ),
  );
});

test("apply warns of an object that was made otherwise, and goes on", async () => {
  await kube(["create", "configmap", "settings", "--from-literal=a=1"]);
  const run = await apply(settings({ a: "2" }));
  expect(run.stderr).toStartWith(
    "Warning: resource configmaps/settings is missing the kubectl.kubernetes.io/last-applied-configuration annotation",
  );
  expect(run).toMatchObject({ stdout: "configmap/settings configured\n", exitCode: 0 });
});

test("dry runs say what would happen, and nothing does", async () => {
  expect(await apply(settings({ a: "1" }), "--dry-run=client")).toEqual(done("configmap/settings created (dry run)\n"));
  expect(await apply(settings({ a: "1" }), "--dry-run=server")).toEqual(
    done("configmap/settings created (server dry run)\n"),
  );
  expect(await found()).toBeUndefined();
});

test("apply acts on the good documents and fails for the others", async () => {
  const foo = '---\n{"apiVersion":"x/v1","kind":"Foo","metadata":{"name":"f"}}\n';
  const run = await apply(`---\n${settings({ a: "1" })}\n${foo}`);
  expect(run).toEqual({
    stdout: "configmap/settings created\n",
    stderr:
      'error: resource mapping not found for name: "f" namespace: "" from "STDIN": no matches for kind "Foo" in version "x/v1"\nensure CRDs are installed first\n',
    exitCode: 1,
  });
});

test("apply shows what the server refuses, and where it stood", async () => {
  const pod = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [] } });
  expect(await apply(pod)).toEqual(failed('The Pod "p" is invalid: spec.containers: Required value\n'));
  const unknown = settings({ a: "1" }).replace('"data"', '"dota"');
  expect(await apply(unknown)).toEqual(
    failed(
      'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dota"\n',
    ),
  );
});

test.each([
  [["apply"], "error: must specify one of -f and -k\n"],
  [["apply", "x", "-f", "-"], "error: Unexpected args: [x]\nSee 'kube apply -h' for help and examples\n"],
  [["apply", "-f", "-", "--force-conflicts"], "error: --force-conflicts only works with --server-side\n"],
  [["create"], "error: must specify one of -f and -k\n"],
  [["delete", "cm"], "error: resource(s) were provided, but no name was specified\n"],
  [
    ["delete", "cm", "x", "--now", "--grace-period=1"],
    "error: --now and --grace-period cannot be specified together\n",
  ],
  [["patch", "cm", "x"], "error: must specify --patch or --patch-file containing the contents of the patch\n"],
  [["label", "cm", "x"], "error: at least one label update is required\n"],
  [["label", "cm", "x", "a=b", "y"], "error: all resources must be specified before label changes: y\n"],
  [["create", "deployment", "x"], 'error: required flag(s) "image" not set\n'],
  [
    ["create", "cm"],
    "error: exactly one NAME is required, got 0\nSee 'kube create configmap -h' for help and examples\n",
  ],
  [
    ["create", "cm", "x", "--dry-run=maybe"],
    'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".\n',
  ],
])("%j is refused in kubectl's words", async (args, stderr) => expect(await kube(args)).toEqual(failed(stderr)));

test("create refuses what exists", async () => {
  const create = async () => await kube(["create", "-f", "-"], { stdin: settings({ a: "1" }) });
  expect(await create()).toEqual(done("configmap/settings created\n"));
  expect(await create()).toEqual(
    failed('Error from server (AlreadyExists): error when creating "STDIN": configmaps "settings" already exists\n'),
  );
});

test("create makes objects from flags, and prints them in the order of their fields", async () => {
  const run = await kube([
    "create",
    "deployment",
    "web",
    "--image=nginx:1.27",
    "--replicas=2",
    "--dry-run=client",
    "-o",
    "json",
  ]);
  expect(run.stdout).toStartWith(
    '{\n    "kind": "Deployment",\n    "apiVersion": "apps/v1",\n    "metadata": {\n        "name": "web"',
  );
  expect(await kube(["create", "deployment", "web", "--image=nginx:1.27", "--replicas=2"])).toEqual(
    done("deployment.apps/web created\n"),
  );
  expect((await api.client.resource(deployments).get({ name: "web", namespace: "default" })).spec).toMatchObject({
    replicas: 2,
    template: { spec: { containers: [{ name: "nginx", image: "nginx:1.27" }] } },
  });
  await kube(["delete", "deployment", "web"]);
});

test("label and annotate change metadata and say what they did", async () => {
  await apply(settings({}));
  const label = async (...args: string[]) => await kube(["label", "cm", "settings", ...args]);
  expect(await label("a=1")).toEqual(done("configmap/settings labeled\n"));
  expect(await label("a=1")).toEqual(done("configmap/settings not labeled\n"));
  expect(await label("a=2")).toEqual(failed("error: 'a' already has a value (1), and --overwrite is false\n"));
  expect(await label("a=2", "--overwrite")).toEqual(done("configmap/settings labeled\n"));
  expect(await label("--list")).toEqual(done("a=2\n"));
  expect(await label("a-", "b=1")).toEqual(done("configmap/settings modified\n"));
  expect(await label("b-")).toEqual(done("configmap/settings unlabeled\n"));
  expect(await label("b-")).toEqual(done('label "b" not found.\nconfigmap/settings not labeled\n'));
  expect(await kube(["annotate", "cm", "settings", "note=x y"])).toEqual(done("configmap/settings annotated\n"));
  expect((await found())?.metadata).toMatchObject({ annotations: { note: "x y" } });
});

test("patch knows all three kinds of patches", async () => {
  await apply(settings({ a: "1" }));
  const patch = async (...args: string[]) => await kube(["patch", "cm", "settings", ...args]);
  expect(await patch("-p", '{"data":{"b":"2"}}')).toEqual(done("configmap/settings patched\n"));
  expect(await patch("-p", "data: {b: '2'}")).toEqual(done("configmap/settings patched (no change)\n"));
  expect(await patch("--type=merge", "-p", '{"data":{"a":null}}')).toEqual(done("configmap/settings patched\n"));
  expect(await patch("--type=json", "-p", '[{"op":"add","path":"/data/c","value":"3"}]')).toEqual(
    done("configmap/settings patched\n"),
  );
  expect((await found())?.data).toEqual({ b: "2", c: "3" });
});

test("replace puts the manifest in place of what is there", async () => {
  await apply(settings({ a: "1" }, { x: "y" }));
  expect(await kube(["replace", "-f", "-"], { stdin: settings({ b: "2" }) })).toEqual(
    done("configmap/settings replaced\n"),
  );
  const replaced = await found();
  expect(replaced?.data).toEqual({ b: "2" });
  expect(replaced?.metadata.labels).toBeUndefined();
});

test("delete tells of each object, and by selector does not mind that there is none", async () => {
  await apply(settings({}, { app: "x" }));
  expect(await kube(["delete", "cm", "-l", "app=x"])).toEqual(
    done('configmap "settings" deleted from default namespace\n'),
  );
  expect(await kube(["delete", "cm", "-l", "app=x"])).toEqual(done("No resources found\n"));
  expect(await kube(["delete", "cm", "settings"])).toEqual(
    failed('Error from server (NotFound): configmaps "settings" not found\n'),
  );
  expect(await kube(["delete", "cm", "settings", "--ignore-not-found"])).toEqual(done(""));
});

test("delete waits until the object is gone", async () => {
  const manifest = JSON.parse(settings({})) as { metadata: { finalizers?: string[] } };
  manifest.metadata.finalizers = ["example.com/hold"];
  await apply(JSON.stringify(manifest));
  const client = api.client.resource(configmaps);
  const run = await kube(["delete", "cm", "settings"], {
    onOutput() {
      // Told before it is gone: now it may go.
      client
        .patch({ name: "settings", namespace: "default" }, { metadata: { finalizers: null } }, { type: "merge" })
        .catch((error: unknown) => {
          throw error;
        });
    },
  });
  expect(run).toEqual(done('configmap "settings" deleted from default namespace\n'));
  expect(await found()).toBeUndefined();
});

test("delete gives up after its timeout", async () => {
  const manifest = JSON.parse(settings({})) as { metadata: { finalizers?: string[] } };
  manifest.metadata.finalizers = ["example.com/hold"];
  await apply(JSON.stringify(manifest));
  expect(await kube(["delete", "cm", "settings", "--timeout=50ms"])).toMatchObject({
    stderr: "error: timed out waiting for the condition on configmaps/settings\n",
    exitCode: 1,
  });
  const client = api.client.resource(configmaps);
  await client.patch({ name: "settings", namespace: "default" }, { metadata: { finalizers: null } }, { type: "merge" });
});

test("run, expose and set change what they are for", async () => {
  expect(await kube(["run", "web", "--image=nginx", "--port=80", "--env=A=b"])).toEqual(done("pod/web created\n"));
  expect((await api.client.resource(pods).get({ name: "web", namespace: "default" })).metadata.labels).toEqual({
    run: "web",
  });
  expect((await kube(["expose", "pod", "web", "--dry-run=client", "-o", "jsonpath={.spec}"])).stdout).toBe(
    '{"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"selector":{"run":"web"}}',
  );
  expect(await kube(["set", "image", "pod/web", "web=nginx:2"])).toEqual(done("pod/web image updated\n"));
  expect(await kube(["set", "image", "pod/web", "other=nginx:2"])).toEqual(
    failed('error: unable to find container named "other"\n'),
  );
  expect((await kube(["set", "env", "pod/web", "--list"])).stdout).toBe("# Pod web, container web\nA=b\n");
});

test("diff says by its exit code whether there are differences", async () => {
  await apply(settings({ a: "1" }));
  const diff = async (manifest: string): Promise<CapturedRun> =>
    await kube(["diff", "-f", "-"], { stdin: manifest, env: { PATH: process.env["PATH"] ?? "" } });
  expect(await diff(settings({ a: "1" }))).toEqual(done(""));
  const { stdout, exitCode } = await diff(settings({ a: "2" }));
  expect(stdout).toContain('-  a: "1"\n+  a: "2"\n');
  expect(exitCode).toBe(1);
  expect(await kube(["diff"])).toMatchObject({ stderr: "error: must specify one of -f and -k\n", exitCode: 2 });
});

test("api-resources, api-versions and version tell of the server", async () => {
  expect((await kube(["api-resources", "--api-group=apps", "-o", "name"])).stdout).toBe(
    "controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n",
  );
  expect((await kube(["api-versions"])).stdout.split("\n")).toContain("apps/v1");
  expect((await kube(["version"])).stdout).toMatch(
    /^Client Version: v1\.36\.\d+\+kube\nkube Version: .*\nServer Version: v1\.36\.\d+\+kube\n$/,
  );
});
