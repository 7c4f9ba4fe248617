import { afterAll, beforeAll, expect, test } from "bun:test";

import { configmaps, namespaces, services } from "../../../api/resources.ts";
import { startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun, type CapturedRun, type CapturedRunOptions } from "../../captured-run.ts";

let api: TestApiServer;
const kube = async (args: readonly string[], options?: CapturedRunOptions): Promise<CapturedRun> =>
  await captureRun(args, api.connection, options);

beforeAll(async () => {
  api = await startTestApiServer({ https: true });
  await api.client.resource(namespaces).create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "web" } });
  for (const [name, app, size] of [
    ["one", "a", "10"],
    ["two", "b", "9"],
  ] as const) {
    await api.client.resource(configmaps).create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "web", labels: { app } },
      data: { size },
    });
  }
  await api.client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "front", namespace: "web" },
    spec: { clusterIP: "None", ports: [{ port: 80 }] },
  });
});

afterAll(async () => await api[Symbol.asyncDispose]());

/** Everything here is a few seconds old: one digit, so columns keep their widths. */
const atOnce = (text: string): string => text.replaceAll(/\b\ds\b/g, "0s");

test("get prints the server's table", async () => {
  const run = await kube(["get", "cm", "-n", "web"]);
  expect(atOnce(run.stdout)).toBe("NAME   DATA   AGE\none    1      0s\ntwo    1      0s\n");
  expect(run).toMatchObject({ stderr: "", exitCode: 0 });
});

test("get takes the namespace before the command too", async () => {
  expect((await kube(["-n", "web", "get", "cm", "one", "-o", "name"])).stdout).toBe("configmap/one\n");
});

test("get prints several types one below the other, with their kinds", async () => {
  const { stdout } = await kube(["get", "cm,svc", "-n", "web"]);
  expect(atOnce(stdout)).toBe(
    [
      "NAME            DATA   AGE",
      "configmap/one   1      0s",
      "configmap/two   1      0s",
      "",
      "NAME            TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE",
      "service/front   ClusterIP   None         <none>        80/TCP    0s",
      "",
    ].join("\n"),
  );
});

test.each([
  [["-A", "--no-headers"], "web   one   1     0s\nweb   two   1     0s\n"],
  [["-n", "web", "-l", "app=b"], "NAME   DATA   AGE\ntwo    1      0s\n"],
  [["-n", "web", "--field-selector", "metadata.name=one"], "NAME   DATA   AGE\none    1      0s\n"],
  [["-n", "web", "-L", "app"], "NAME   DATA   AGE   APP\none    1      0s    a\ntwo    1      0s    b\n"],
  [["-n", "web", "--sort-by=.data.size", "--no-headers"], "two   1     0s\none   1     0s\n"],
])("get cm %j", async (args, expected) => expect(atOnce((await kube(["get", "cm", ...args])).stdout)).toBe(expected));

test.each([
  [["-o", "name"], "configmap/one\nconfigmap/two\n"],
  [["-o", "jsonpath={.items[*].data.size}"], "10 9"],
  [["-o", "go-template={{range .items}}{{.data.size}};{{end}}"], "10;9;"],
  [["-o", "custom-columns=N:.metadata.name,S:.data.size"], "N     S\none   10\ntwo   9\n"],
])("get cm -n web %j", async (args, expected) => {
  expect(await kube(["get", "cm", "-n", "web", ...args])).toEqual({ stdout: expected, stderr: "", exitCode: 0 });
});

test("get of one object prints it by itself, of several in a List", async () => {
  expect(JSON.parse((await kube(["get", "cm", "one", "-n", "web", "-o", "json"])).stdout)).toMatchObject({
    kind: "ConfigMap",
    metadata: { name: "one" },
  });
  expect(JSON.parse((await kube(["get", "cm", "one", "two", "-n", "web", "-o", "json"])).stdout)).toMatchObject({
    apiVersion: "v1",
    kind: "List",
    items: [{ metadata: { name: "one" } }, { metadata: { name: "two" } }],
    metadata: { resourceVersion: "" },
  });
});

test.each([
  [["cm"], "No resources found in default namespace.\n", 0],
  [["cm", "-n", "nobody"], "No resources found in nobody namespace.\n", 0],
  [["jobs", "-A"], "No resources found\n", 0],
  [["cm", "nope"], 'Error from server (NotFound): configmaps "nope" not found\n', 1],
  [["cm", "nope", "--ignore-not-found"], "", 0],
  [["foo"], 'error: the server doesn\'t have a resource type "foo"\n', 1],
  [["cm", "--nope"], "error: unknown flag: --nope\nSee 'kube get --help' for usage.\n", 1],
  [["cm", "one", "-l", "a=b"], "error: name cannot be provided when a selector is specified\n", 1],
  [["cm", "one", "-A"], "error: a resource cannot be retrieved by name across all namespaces\n", 1],
  [["cm", "-o", "yaml", "--show-labels"], "error: --show-labels option cannot be used with yaml printer\n", 1],
  [["-f", "/nope.yaml"], 'error: the path "/nope.yaml" does not exist\n', 1],
])("get %j says on standard error what is wrong", async (args, stderr, exitCode) => {
  expect(await kube(["get", ...args])).toEqual({ stdout: "", stderr, exitCode });
});

test("get prints what it found and then what it did not", async () => {
  expect(await kube(["get", "cm", "-n", "web", "one", "nope", "-o", "name"])).toEqual({
    stdout: "configmap/one\n",
    stderr: 'Error from server (NotFound): configmaps "nope" not found\n',
    exitCode: 1,
  });
});

test("get --raw prints the answer as it is", async () => {
  expect(JSON.parse((await kube(["get", "--raw", "/version"])).stdout)).toMatchObject({ major: "1" });
});

test("get -w prints what is there and then every change, until it is interrupted", async () => {
  const interrupt = new AbortController();
  const seen: string[] = [];
  let hasChanged = false;
  const client = api.client.resource(configmaps);
  const run = kube(["get", "cm", "-n", "web", "-l", "app=w", "-w", "-o", "name", "--output-watch-events"], {
    signal: interrupt.signal,
  });
  const watched = kube(["get", "cm", "-n", "web", "-w", "--no-headers", "-o", "custom-columns=N:.metadata.name"], {
    signal: interrupt.signal,
    onOutput(stdout) {
      seen.splice(0, seen.length, ...stdout.trim().split("\n"));
      if (!hasChanged && seen.length === 2) {
        hasChanged = true;
        client
          .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "three", namespace: "web" } })
          .catch((error: unknown) => interrupt.abort(error));
      }
      if (seen.length === 3) interrupt.abort();
    },
  });
  expect(await watched).toMatchObject({ stderr: "", exitCode: 0 });
  expect(seen).toEqual(["one", "two", "three"]);
  expect((await run).exitCode).toBe(0);
  await client.delete({ name: "three", namespace: "web" });
});

test("get -w --output-watch-events prints an event as one line of JSON", async () => {
  const interrupt = new AbortController();
  const { stdout } = await kube(["get", "cm", "one", "-n", "web", "-w", "-o", "json", "--output-watch-events"], {
    signal: interrupt.signal,
    onOutput: () => interrupt.abort(),
  });
  expect(stdout).toStartWith('{"type":"ADDED","object":{"apiVersion":"v1","data":{"size":"10"},"kind":"ConfigMap"');
  expect(stdout).toEndWith("}}\n");
});
