import { expect, test } from "bun:test";
import { join } from "node:path";

import { exampleImages } from "./support/images.ts";
import { run } from "./support/run.ts";
import { kubeBinary, startTestCluster, testHome } from "./support/test-cluster.ts";

test("images are tagged, saved, removed and loaded again, in the user's own Docker", async () => {
  await exampleImages();
  await using home = await testHome();
  const name = `kube-e2e-${process.pid}:1`;
  const image = async (...args: readonly string[]) => await home.kube(["image", ...args], { cwd: home.folder });
  expect((await image("tag", "kube-hello:1", name)).stdout).toBe(`Tagged kube-hello:1 as ${name}\n`);
  expect((await image("ls")).stdout.split("\n")).toContain(name);
  expect((await image("load", name)).stdout).toBe(
    `${name} is in this machine's Docker, so pods have it: nothing needs to be loaded\n`,
  );
  expect((await image("save", name, "app.tar")).stdout).toBe(`Saved ${name} to app.tar\n`);
  expect((await image("rm", name)).stdout).toBe(`Untagged: ${name}\n`);
  expect((await image("ls")).stdout.split("\n")).not.toContain(name);
  expect((await image("load", "app.tar")).stdout).toBe(`Loaded ${name}\n`);
  await image("rm", name);
  const piped = await run(["sh", "-c", `"${kubeBinary}" image load - < app.tar`], { cwd: home.folder, env: home.env });
  expect(piped.stdout).toBe(`Loaded ${name}\n`);
  await image("rm", name);
  const missing = await image("load", "no-such-image");
  expect(missing.stderr).toBe(
    "error: no-such-image is neither a file nor an image of this machine's Docker\nFrom a registry: kube image pull no-such-image\n",
  );
  expect((await image("rm", "no-such-image")).stderr).toContain("error: No such image: no-such-image");
}, 60_000);

test("docker-env prints the engine that docker uses anyway, in the words of each shell", async () => {
  await using home = await testHome();
  const env = { DOCKER_HOST: "unix:///run/mine.sock" };
  const lines = async (...args: readonly string[]): Promise<string> =>
    (await home.kube(["docker-env", ...args], { env })).stdout.split("\n")[0] ?? "";
  expect(await lines("--shell", "bash")).toBe("export DOCKER_HOST='unix:///run/mine.sock'");
  expect(await lines("--shell", "fish")).toBe("set -gx DOCKER_HOST 'unix:///run/mine.sock';");
  expect(await lines("--shell", "powershell")).toBe('$Env:DOCKER_HOST = "unix:///run/mine.sock"');
  expect(await lines("--shell", "bash", "--unset")).toBe("unset DOCKER_TLS_VERIFY");
  const evaluated = await home.kube(["docker-env", "--shell", "sh"]);
  const host = await run(["sh", "-c", `${evaluated.stdout}\necho "$DOCKER_HOST"`]);
  expect(host.stdout).toMatch(/^(unix|tcp):\/\//);
});

test("a node is this machine: a shell is one of its own, and a folder is mounted while the cluster runs", async () => {
  await using cluster = await startTestCluster(["--runtime", "fake"]);
  const named = ["--name", cluster.name] as const;
  const kube = async (...args: readonly string[]) => await cluster.kube(args, { cwd: cluster.folder });
  expect((await kube("ssh", ...named, "--", "echo", "on this machine")).stdout).toBe("on this machine\n");
  expect((await kube("ssh", ...named, "exit 3")).exitCode).toBe(3);
  expect((await kube("ssh", ...named, "-n", "other", "true")).stderr).toContain('has no node "other"');
  expect((await kube("mount", ...named, "site:/site")).stdout).toBe(
    `Pods find ${join(cluster.folder, "site")} at /site of their node\n`,
  );
  expect((await kube("mount", ...named)).stdout).toBe(`${join(cluster.folder, "site")}:/site\n`);
  await kube("stop", ...named);
  await kube("start", ...named);
  expect((await kube("mount", ...named, "--remove", "/site")).stdout).toBe("/site is this machine's own again\n");
  expect((await kube("mount", ...named)).stdout).toBe("");
  expect((await kube("mount", ...named, "site")).stderr).toContain("it must be of the form SOURCE:TARGET");
}, 60_000);
