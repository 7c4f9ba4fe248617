import { describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";

interface TestFolder extends AsyncDisposable {
  readonly path: string;
}

async function folderWith(kuberc: string): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), "kuberc-"));
  await writeFile(join(path, "kuberc"), kuberc);
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

const HEAD = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";

describe("a kuberc file", () => {
  test("gives commands other names and other defaults", async () => {
    await using api = await startTestApiServer({ https: true });
    await using folder = await folderWith(`${HEAD}defaults:
- {command: get, options: [{name: output, default: name}]}
- {command: create configmap, options: [{name: dry-run, default: client}]}
aliases:
- {name: getn, command: get, prependArgs: [namespaces], appendArgs: [-l, "kubernetes.io/metadata.name in (default)"]}
- {name: mk, command: create configmap, options: [{name: from-literal, default: a=b}, {name: output, default: "jsonpath={.data}"}]}
`);
    const env = { KUBERC: join(folder.path, "kuberc") };
    const run = async (...args: string[]) => await captureRun(args, api.connection, { env });
    expect((await run("get", "ns", "default")).stdout).toBe("namespace/default\n");
    expect((await run("get", "ns", "default", "-ojsonpath={.kind}")).stdout).toBe("Namespace");
    expect((await run("getn", "-o", "jsonpath={.items[*].kind}")).stdout).toBe("Namespace");
    expect((await run("create", "cm", "x")).stdout).toBe("configmap/x created (dry run)\n");
    expect((await run("mk", "x", "--dry-run=client")).stdout).toBe('{"a":"b"}');
    expect((await run("getx")).stderr).toContain('unknown command "getx"');
  });

  test.each([
    ["aliases: [{name: a-b, command: get}]", "invalid alias name, can only include alphabetical characters"],
    ["aliases: [{name: a, command: get}, {name: a, command: get}]", "duplicate alias name a"],
    ["aliases: [{name: ab, command: nope}]", 'command "nope" not found to set alias "ab"'],
    ["defaults: [{command: get, options: [{name: nope, default: x}]}]", "invalid flag nope for command get"],
    ["defaults: [{command: get, options: [{name: --output, default: x}]}]", "should be in long form without dashes"],
    ["defaults: [{command: nope, options: []}]", 'Warning: command "nope" not found to set kuberc override'],
    ["credentialPluginPolicy: Nope", 'unknown plugin policy: "Nope"'],
    ["credentialPluginPolicy: Allowlist", 'credential plugin policy set to "Allowlist", but allowlist is unspecified'],
  ])("with %s says %s", async (text, message) => {
    await using api = await startTestApiServer({ https: true });
    await using folder = await folderWith(`${HEAD}${text}\n`);
    const args = [message.includes('alias "ab"') ? "ab" : "get", "ns", `--kuberc=${join(folder.path, "kuberc")}`];
    expect((await captureRun(args, api.connection)).stderr).toContain(message);
  });

  test("that was named must be there, and none is read when that is switched off", async () => {
    await using api = await startTestApiServer({ https: true });
    const missing = await captureRun(["get", "ns"], api.connection, { env: { KUBERC: "/nope" } });
    expect(missing.stderr).toBe(
      "error occurred while applying preferences kuberc error kuberc: open /nope: no such file or directory\n",
    );
    const both = await captureRun(["get", "ns", "--kuberc=x"], api.connection, { env: { KUBERC: "off" } });
    expect(both.stderr).toContain("disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
  });
});

describe("kuberc set", () => {
  test("adds, refuses to replace, and replaces", async () => {
    await using api = await startTestApiServer({ https: true });
    await using folder = await folderWith("");
    const file = join(folder.path, "kuberc");
    const set = async (...args: string[]) =>
      await captureRun(["kuberc", "set", ...args], api.connection, { env: { KUBERC: file } });
    const defaults = ["--section", "defaults", "--command", "get"];
    expect((await set(...defaults, "--option", "output=wide")).stdout).toBe(`Updated ${file}\n`);
    expect((await set(...defaults, "--option", "output=json")).stderr).toContain("already exist, use --overwrite");
    await set(...defaults, "--option", "--output=json", "--overwrite");
    await set("--section=aliases", "--name=getn", "--command=get", "--prependarg=nodes");
    await set("--section=credentialplugin", "--policy=Allowlist", "--allowlist-entry=command=login");
    expect(await readFile(file, "utf8")).toBe(`aliases:
- command: get
  name: getn
  prependArgs:
  - nodes
apiVersion: kubectl.config.k8s.io/v1beta1
credentialPluginAllowlist:
- command: login
credentialPluginPolicy: Allowlist
defaults:
- command: get
  options:
  - default: json
    name: output
kind: Preference
`);
    const { stdout } = await captureRun(["kuberc", "view", "-o", "jsonpath={.aliases[0].name}"], api.connection, {
      env: { KUBERC: file },
    });
    expect(stdout).toBe("getn");
  });
});
