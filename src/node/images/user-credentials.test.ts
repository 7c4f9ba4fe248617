import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { userCredentials } from "./user-credentials.ts";

const { DOCKER_CONFIG, PATH } = process.env;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kube-docker-config-"));
  process.env["DOCKER_CONFIG"] = folder;
  process.env["PATH"] = `${folder}${delimiter}${PATH}`;
});
afterEach(async () => {
  process.env["DOCKER_CONFIG"] = DOCKER_CONFIG ?? "";
  process.env["PATH"] = PATH;
  await rm(folder, { recursive: true });
});

const config = (value: object): Promise<void> => writeFile(join(folder, "config.json"), JSON.stringify(value));

test("userCredentials finds what docker login wrote into its file", async () => {
  await config({ auths: { "registry.example": { auth: btoa("ann:secret") } } });
  expect(await userCredentials("registry.example/team/app:1")).toEqual({
    username: "ann",
    password: "secret",
    serverAddress: "registry.example",
  });
  expect(await userCredentials("other.example/app:1")).toBeUndefined();
});

test("userCredentials asks the helper that the file names", async () => {
  const helper = join(folder, "docker-credential-test");
  await writeFile(
    helper,
    '#!/bin/sh\nread server || true\necho "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"s\\"}"\n',
  );
  await chmod(helper, 0o755);
  await config({ auths: { "registry.example": {} }, credsStore: "test" });
  expect(await userCredentials("registry.example/app")).toMatchObject({ username: "registry.example", password: "s" });
  expect(await userCredentials("busybox")).toMatchObject({ username: "https://index.docker.io/v1/" });
});

test("userCredentials has nothing where there is no file, or a broken one", async () => {
  expect(await userCredentials("busybox")).toBeUndefined();
  await writeFile(join(folder, "config.json"), "{");
  expect(await userCredentials("busybox")).toBeUndefined();
  await config({ credsStore: "missing" });
  expect(await userCredentials("busybox")).toBeUndefined();
});
