import { afterAll, expect, test } from "bun:test";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PassThrough } from "node:stream";

import { connectionFlags } from "../flags/connection-flags.ts";
import { parseFlags } from "../flags/parse-flags.ts";
import { connectionTo } from "./connection.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { chooseTarget } from "./target.ts";

const context = { env: process.env, stdin: new PassThrough(), stderr: new PassThrough() };
const folder = await mkdtemp(join(tmpdir(), "kube-kubeconfig-test-"));
afterAll(async () => await rm(folder, { recursive: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const config = (name: string, rest: object = {}) => ({
  clusters: [{ name, cluster: { server: `https://${name}:6443`, "certificate-authority": "ca.crt" } }],
  users: [{ name, user: { token: `token-of-${name}` } }],
  contexts: [{ name, context: { cluster: name, user: name, namespace: `ns-${name}` } }],
  ...rest,
});

const flags = (...args: string[]) => parseFlags(args, connectionFlags).values;

async function target(paths: readonly string[], ...args: string[]) {
  const env = { KUBECONFIG: paths.join(delimiter), HOME: folder };
  const values = flags(...args);
  return await chooseTarget(await loadKubeconfig(values.kubeconfig, env), values, env);
}

const problem = async (attempt: Promise<unknown>): Promise<string> =>
  await attempt.then(
    () => "none",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

test("the files of $KUBECONFIG are merged: the first that says something wins, missing ones do not matter", async () => {
  const first = await file("first", config("a"));
  const second = await file("second", config("b", { "current-context": "b" }));
  const third = await file("third", { ...config("b"), "current-context": "a" });
  const chosen = await target([first, join(folder, "missing"), second, third]);
  expect(chosen).toMatchObject({
    cluster: { server: "https://b:6443" },
    user: { token: "token-of-b" },
    namespace: "ns-b",
    isNamespaceExplicit: false,
  });
});

test("paths in a file are relative to it", async () => {
  const path = await file("inner/config", config("a", { "current-context": "a" }));
  expect((await target([path])).cluster["certificate-authority"]).toBe(join(folder, "inner", "ca.crt"));
});

test("flags win over the kubeconfig", async () => {
  const path = await file("both", { ...config("a"), clusters: [...config("a").clusters, ...config("b").clusters] });
  expect(
    await target([path], "--context=a", "--cluster=b", "-n", "web", "--token=mine", "--insecure-skip-tls-verify"),
  ).toMatchObject({
    cluster: { server: "https://b:6443", "certificate-authority": "", "insecure-skip-tls-verify": true },
    user: { token: "mine" },
    namespace: "web",
    isNamespaceExplicit: true,
  });
});

test("without any configuration the old default port of this machine is meant", async () => {
  const env = { HOME: join(folder, "nobody") };
  expect((await chooseTarget(await loadKubeconfig("", env), flags(), env)).cluster.server).toBe(
    "http://localhost:8080",
  );
});

test.each([
  [["--context=nope"], "context was not found for specified context: nope"],
  [["--cluster=nope"], 'no server found for cluster "nope"'],
  [["--user=nope"], 'auth info "nope" does not exist'],
  [["--kubeconfig=/nope"], "stat /nope: no such file or directory"],
])("%j is refused with kubectl's words", async (args, message) => {
  const path = await file("known", config("a", { "current-context": "a" }));
  expect(await problem(target([path], ...args))).toContain(message);
});

test("a current context that does not exist is a mistake in the configuration", async () => {
  const path = await file("dangling", config("a", { "current-context": "gone" }));
  expect(await problem(target([path]))).toContain("context was not found for specified context: gone");
});

test("a file that is no YAML is named", async () => {
  const path = await file("broken", "a: b: c");
  expect(await problem(target([path]))).toContain(`error loading config file "${path}": `);
});

test("connectionTo reads certificates from data and from files, and says which it cannot read", async () => {
  const cert = await file("client.crt", "CERT");
  const connection = await connectionTo(
    {
      cluster: { server: "https://a:1", "certificate-authority-data": Buffer.from("CA").toString("base64") },
      user: { "client-certificate": cert, "client-key-data": Buffer.from("KEY").toString("base64"), as: "ann" },
      clusterName: "c",
      userName: "u",
      namespace: "default",
      isNamespaceExplicit: false,
    },
    context,
  );
  expect(connection).toMatchObject({
    caPem: "CA",
    clientCertificatePem: "CERT",
    clientKeyPem: "KEY",
    impersonate: { user: "ann" },
  });
  expect(
    await problem(
      connectionTo(
        {
          cluster: { server: "https://a:1", "certificate-authority": "/nope.crt" },
          user: {},
          clusterName: "c",
          userName: "u",
          namespace: "default",
          isNamespaceExplicit: false,
        },
        context,
      ),
    ),
  ).toContain("unable to read certificate-authority /nope.crt for c due to open /nope.crt: no such file or directory");
});

test("a token comes from the program that the kubeconfig names", async () => {
  const credential = {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token: "made" },
  };
  const path = await file("credential.json", credential);
  const connect = async (args: readonly string[], apiVersion = credential.apiVersion) =>
    await connectionTo(
      {
        cluster: { server: "https://a:1" },
        user: { exec: { apiVersion, command: args[0] ?? "", args: args.slice(1), interactiveMode: "Never" } },
        clusterName: "c",
        userName: "u",
        namespace: "default",
        isNamespaceExplicit: false,
      },
      context,
    );
  expect(await (await connect(["cat", path])).token?.()).toBe("made");
  expect(await problem(connect(["false"]))).toContain(
    "getting credentials: exec: executable false failed with exit code 1",
  );
  expect(await problem(connect(["no-such-program"]))).toContain(
    "getting credentials: exec: executable no-such-program not found",
  );
  expect(await problem(connect(["cat", path], "client.authentication.k8s.io/v1beta1"))).toContain(
    "plugin returned version client.authentication.k8s.io/v1",
  );
});
