import { expect, test } from "bun:test";
import { mkdtemp, readdir, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { systemClock } from "../../lib/time/clock.ts";
import { contextName, kubeconfigPath, mergeKubeconfig, removeFromKubeconfig, renewInKubeconfig } from "./kubeconfig.ts";

const entry = {
  context: "kube",
  server: "https://127.0.0.1:6443",
  ca: "CA",
  clientCertificate: "CERT",
  clientKey: "KEY",
};
const folder = async () => await mkdtemp(join(tmpdir(), "kube-config-"));
const read = async (path: string) => parse(await Bun.file(path).text()) as Record<string, unknown>;

const OTHER = `# my clusters
apiVersion: v1
kind: Config
current-context: work
clusters:
  - name: work # do not touch
    cluster: {server: https://work.example, insecure-skip-tls-verify: true}
users:
  - name: work
    user: {token: secret}
contexts:
  - name: work
    context: {cluster: work, user: work, namespace: mine}
preferences: {colors: true}
`;

test("mergeKubeconfig makes a file that only its owner can read", async () => {
  const path = join(await folder(), "new", "config");
  await mergeKubeconfig(path, entry, systemClock);
  expect(await read(path)).toMatchObject({
    "current-context": "kube",
    contexts: [{ name: "kube", context: { cluster: "kube", user: "kube" } }],
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("mergeKubeconfig leaves other clusters, comments and unknown members alone, and is idempotent", async () => {
  const path = join(await folder(), "config");
  await Bun.write(path, OTHER);
  await mergeKubeconfig(path, entry, systemClock);
  const once = await Bun.file(path).text();
  await mergeKubeconfig(path, entry, systemClock);
  expect(await Bun.file(path).text()).toBe(once);
  expect(once).toContain("# do not touch");
  const merged = await read(path);
  expect(merged).toMatchObject({ preferences: { colors: true }, "current-context": "kube" });
  expect((merged["users"] as unknown[])[0]).toEqual({ name: "work", user: { token: "secret" } });
});

test("removeFromKubeconfig takes back what mergeKubeconfig added and nothing else", async () => {
  const path = join(await folder(), "config");
  await Bun.write(path, OTHER);
  await mergeKubeconfig(path, entry, systemClock);
  await removeFromKubeconfig(path, "kube", systemClock);
  expect(await read(path)).toEqual({ ...(parse(OTHER) as object), "current-context": "" });
});

test("a kubeconfig that is broken is refused and stays as it is", async () => {
  const path = join(await folder(), "config");
  await Bun.write(path, "clusters: [unclosed\n");
  expect(mergeKubeconfig(path, entry, systemClock)).rejects.toThrow("Cannot change kubeconfig");
  expect(await Bun.file(path).text()).toBe("clusters: [unclosed\n");
  expect((await readdir(join(path, ".."))).toSorted()).toEqual(["config"]);
});

test("a kubeconfig that is a link stays a link", async () => {
  const directory = await folder();
  await Bun.write(join(directory, "real"), OTHER);
  await symlink(join(directory, "real"), join(directory, "config"));
  await mergeKubeconfig(join(directory, "config"), entry, systemClock);
  expect(await Bun.file(join(directory, "real")).text()).toContain("name: kube");
});

test("kubeconfigPath prefers the first existing file of the list, as kubectl does", async () => {
  const directory = await folder();
  await Bun.write(join(directory, "b"), "");
  const list = ["a", "b", "c"].map((name) => join(directory, name));
  expect(await kubeconfigPath({ KUBECONFIG: list.join(":") })).toBe(join(directory, "b"));
  expect(await kubeconfigPath({ KUBECONFIG: `${list[0]}:${list[2]}` })).toBe(join(directory, "c"));
  expect(await kubeconfigPath({ HOME: "/home/me" })).toBe("/home/me/.kube/config");
});

test("contextName is kube, and kube-NAME for further clusters", () => {
  expect([contextName("kube"), contextName("two")]).toEqual(["kube", "kube-two"]);
});

test("renewInKubeconfig replaces the certificate it knows, and no other", async () => {
  const path = join(await folder(), "config");
  const certificate = async (): Promise<unknown> =>
    (parse(await Bun.file(path).text()) as { users: { user: Record<string, string> }[] }).users[0]?.user[
      "client-certificate-data"
    ];
  const renewed = { ...entry, clientCertificate: "NEW", clientKey: "NEW KEY" };
  await renewInKubeconfig(path, renewed, "CERT", systemClock);
  expect(await Bun.file(path).exists()).toBe(false);
  await mergeKubeconfig(path, entry, systemClock);
  await renewInKubeconfig(path, renewed, "another", systemClock);
  expect(await certificate()).toBe(btoa("CERT"));
  await renewInKubeconfig(path, renewed, "CERT", systemClock);
  expect(await certificate()).toBe(btoa("NEW"));
});
