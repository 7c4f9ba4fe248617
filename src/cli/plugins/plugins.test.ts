import { afterAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { captureRun } from "../captured-run.ts";
import { findPlugin } from "./find-plugins.ts";

const folder = await mkdtemp(join(tmpdir(), "kube-plugins-test-"));
afterAll(async () => await rm(folder, { recursive: true }));

const connection = { server: "http://127.0.0.1:1", userAgent: "test" };

async function script(path: string, text: string, mode = 0o755): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), `#!/bin/sh\n${text}\n`);
  await chmod(join(folder, path), mode);
}

await script("one/kubectl-hello", "exit 3");
await script("one/kubectl-hello-big_world", 'test "$*" = "x --y" && exit 4');
await script("one/kubectl-get", "exit 5");
await script("two/kubectl-hello", "exit 6");
await script("two/kubectl-broken", "exit 7", 0o644);
const path = ["one", "two", "three"].map((name) => join(folder, name)).join(delimiter);

test("findPlugin takes the longest name that the line begins with", () => {
  expect(findPlugin(["hello", "big-world", "x"], path)).toEqual({
    path: join(folder, "one", "kubectl-hello-big_world"),
    wordCount: 2,
  });
  expect(findPlugin(["hello", "--flag", "world"], path)?.wordCount).toBe(1);
  expect(findPlugin(["broken"], path)).toBeUndefined();
  expect(findPlugin(["../one/hello"], path)).toBeUndefined();
});

test("a command that kube does not have is a plugin's, with its arguments and its exit code", async () => {
  const kube = async (...args: string[]) =>
    await captureRun(args, connection, { env: { PATH: `${path}${delimiter}${process.env["PATH"] ?? ""}` } });
  expect((await kube("hello")).exitCode).toBe(3);
  expect((await kube("hello", "big-world", "x", "--y")).exitCode).toBe(4);
  expect((await kube("nope")).stderr).toContain('unknown command "nope"');
});

test("plugin list warns of what will not work", async () => {
  const { stdout, stderr, exitCode } = await captureRun(["plugin", "list", "--name-only"], connection, {
    env: { PATH: path },
  });
  expect(stdout).toBe(
    "The following compatible plugins are available:\n\nkubectl-get\nkubectl-hello\nkubectl-hello-big_world\nkubectl-broken\nkubectl-hello\n",
  );
  expect(stderr).toContain(`Unable to read directory "${join(folder, "three")}" from your PATH`);
  expect(stderr).toContain('  - warning: kubectl-get overwrites existing command: "kube get"\n');
  expect(stderr).toContain(
    `${join(folder, "two", "kubectl-broken")} identified as a kubectl plugin, but it is not executable\n`,
  );
  expect(stderr).toContain(`is overshadowed by a similarly named plugin: ${join(folder, "one", "kubectl-hello")}\n`);
  expect(stderr).toEndWith("error: 3 plugin warnings were found\n");
  expect(exitCode).toBe(1);
});

test("called as kubectl it has kubectl's commands only, and deletes no cluster", async () => {
  const kubectl = async (...args: string[]) =>
    await captureRun(args, connection, { program: "kubectl", env: { PATH: "" } });
  expect((await kubectl("start")).stderr).toStartWith('error: unknown command "start" for "kubectl"\n');
  expect((await kubectl("delete")).stderr).toContain("You must provide one or more resources");
  expect((await kubectl("get")).stderr).toContain(`Use "kubectl explain <resource>"`);
  expect((await kubectl("version", "--client")).stdout).not.toContain("kube Version");
});
