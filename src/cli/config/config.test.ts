import { afterAll, beforeEach, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { captureRun } from "../captured-run.ts";

const folder = await mkdtemp(join(tmpdir(), "kube-config-test-"));
afterAll(async () => await rm(folder, { recursive: true }));

const first = join(folder, "first");
const second = join(folder, "second");

const FIRST = `# mine
apiVersion: v1
kind: Config
clusters:
# the dev one
- name: dev
  cluster:
    server: https://dev:6443 # fast
    certificate-authority-data: Q0E=
contexts:
- name: dev
  context: {cluster: dev, user: dev}
current-context: dev
users:
- name: dev
  user:
    token: abc
    password: p
unknown: kept
`;

const SECOND = `contexts:
- name: web
  context:
    cluster: dev
    user: dev
    namespace: web
`;

beforeEach(async () => {
  await writeFile(first, FIRST);
  await writeFile(second, SECOND);
});

async function config(...args: string[]) {
  return await captureRun(
    ["config", ...args],
    { server: "https://nowhere", userAgent: "test" },
    {
      env: { KUBECONFIG: [first, second].join(delimiter), HOME: folder },
      cwd: folder,
    },
  );
}

test("view shows neither tokens nor certificates, and --raw both", async () => {
  const shown = (await config("view")).stdout;
  expect(shown).toContain("certificate-authority-data: DATA+OMITTED\n");
  expect(shown).toContain("password: REDACTED\n    token: REDACTED\n");
  expect((await config("view", "--raw")).stdout).toContain("token: abc\n");
});

test("view --minify keeps what the chosen context needs", async () => {
  const { stdout } = await config("view", "--minify", "--context=web", "-o", "jsonpath={.contexts[*].name}");
  expect(stdout).toBe("web");
  expect((await config("view", "--minify", "--context=nope")).stderr).toBe("error: cannot locate context nope\n");
});

test("get-contexts marks the current one and names those it does not find", async () => {
  expect(await config("get-contexts", "dev", "web", "nope")).toEqual({
    stdout: [
      "CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE",
      "*         dev    dev       dev        ",
      "          web    dev       dev        web",
      "",
    ].join("\n"),
    stderr: "error: context nope not found\n",
    exitCode: 1,
  });
});

test("a change touches only what it names, in the file that defines it", async () => {
  expect((await config("set-cluster", "dev", "--server=https://new")).stdout).toBe('Cluster "dev" set.\n');
  expect(await readFile(first, "utf8")).toBe(FIRST.replace("https://dev:6443", "https://new"));
  expect(await readFile(second, "utf8")).toBe(SECOND);
  await config("set-context", "web", "--namespace=other");
  expect(await readFile(second, "utf8")).toBe(SECOND.replace("namespace: web", "namespace: other"));
});

test("a name that YAML 1.1 takes for a boolean is quoted, for kubectl reads that", async () => {
  await config("set-context", "n", "--cluster=dev");
  expect(await readFile(first, "utf8")).toContain('name: "n"\n');
});

test("set-context adds to the first file, and rename-context takes the current context along", async () => {
  expect((await config("set-context", "new", "--cluster=dev")).stdout).toBe('Context "new" created.\n');
  expect((await config("rename-context", "dev", "old")).stdout).toBe('Context "dev" renamed to "old".\n');
  expect((await config("current-context")).stdout).toBe("old\n");
  expect((await config("get-contexts", "-o", "name")).stdout).toBe("new\nold\nweb\n");
});

test("delete-context warns when it was the current one", async () => {
  const { stdout, stderr } = await config("delete-context", "dev");
  expect(stdout).toBe(`deleted context dev from ${first}\n`);
  expect(stderr).toStartWith("warning: this removed your active context");
  expect((await config("use-context", "dev")).stderr).toBe('error: no context exists with the name: "dev"\n');
});

test("set and unset find a property by its path", async () => {
  await config("set", "clusters.10.0.0.1.server", "https://10.0.0.1");
  expect((await config("get-clusters")).stdout).toBe("NAME\n10.0.0.1\ndev\n");
  expect((await config("unset", "users.dev.token")).stdout).toBe('Property "users.dev.token" unset.\n');
  expect((await config("view", "--raw")).stdout).not.toContain("token");
  expect((await config("set", "bogus.x", "y")).stderr).toBe("error: unable to parse bogus.x after [] at api.Config\n");
});

test("set-credentials embeds certificates and replaces one way to log in by another", async () => {
  await writeFile(join(folder, "key"), "KEY");
  await config("set-credentials", "dev", "--client-key=key", "--embed-certs", "--username=ann");
  const { stdout } = await config("view", "--raw");
  expect(stdout).toContain("client-key-data: S0VZ\n");
  expect(stdout).not.toContain("token:");
  expect((await config("set-credentials", "dev", "--client-key=gone", "--embed-certs")).stderr).toBe(
    "error: could not stat client-key file gone: stat gone: no such file or directory\n",
  );
});
