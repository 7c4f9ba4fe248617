import { expect, test } from "bun:test";

import { captureRun } from "./captured-run.ts";

const kube = async (...args: string[]) => await captureRun(args, { server: "http://127.0.0.1:1", userAgent: "test" });

test("an unknown command is refused, with what may have been meant", async () => {
  expect(await kube("gte", "pods")).toEqual({
    stdout: "",
    stderr: 'error: unknown command "gte" for "kube"\n\nDid you mean this?\n\tget\n',
    exitCode: 1,
  });
  expect((await kube("frobnicate")).stderr).toBe('error: unknown command "frobnicate" for "kube"\n');
});

test("help is shown for the program, for a command and for one inside another", async () => {
  for (const line of [["--help"], ["help"], []])
    expect((await kube(...line)).stdout || (await kube(...line)).stderr).toContain("Usage: kube");
  expect((await kube("get", "--help")).stdout).toContain("Usage: kube get (TYPE");
  expect((await kube("help", "get")).stdout).toContain("Usage: kube get (TYPE");
  const nested = await kube("create", "deployment", "-h");
  expect(nested.stdout).toContain("Usage: kube create deployment NAME --image=image");
  expect(nested).toMatchObject({ stderr: "", exitCode: 0 });
});

test("a server that is not there is said in one line", async () => {
  expect(await kube("get", "pods")).toEqual({
    stdout: "",
    stderr: "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n",
    exitCode: 1,
  });
});

test("version --client needs no server", async () => {
  const { stdout, stderr, exitCode } = await kube("version", "--client");
  expect(stdout).toMatch(/^Client Version: v1\.36/);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
});
