import { expect, test } from "bun:test";

import { pods } from "../../../api/resources.ts";
import { type NodeConnection, startTestApiServer, type TestApiServer } from "../../../testing/test-api-server.ts";
import { captureRun } from "../../captured-run.ts";

const unexpected = (): Promise<never> => Promise.reject(new Error("Only exec is asked for here"));

/** A node where every command writes its name to standard error, repeats its input, and ends with 3. */
const echoingNode: NodeConnection = {
  logs: unexpected,
  portForward: unexpected,
  async exec(_pod, { command, container }, { stdin, stdout, stderr }) {
    const writer = stderr?.getWriter();
    await writer?.write(Buffer.from(`${container}: ${command.join(" ")}\n`));
    await writer?.close();
    if (stdin && stdout) await stdin.pipeTo(stdout);
    return { exitCode: 3 };
  },
  async attach(_pod, _options, { stdout }) {
    const writer = stdout?.getWriter();
    await writer?.write(Buffer.from("attached\n"));
    await writer?.close();
    return { exitCode: 0 };
  },
};

async function serverWithPod(): Promise<TestApiServer> {
  const api = await startTestApiServer({ https: true, nodeConnection: echoingNode });
  await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { nodeName: "node-1", containers: ["main", "side"].map((name) => ({ name, image: "hello" })) },
  });
  return api;
}

test("exec joins our streams with the command's and ends with its exit code", async () => {
  await using api = await serverWithPod();
  const run = await captureRun(["exec", "-i", "web", "-c", "side", "--", "cat", "-u"], api.connection, {
    stdin: "typed",
  });
  expect(run).toEqual({
    stdout: "typed",
    stderr: "side: cat -u\ncommand terminated with exit code 3\n",
    exitCode: 3,
  });
});

test("exec passes large input through whole", async () => {
  await using api = await serverWithPod();
  const input = "0123456789".repeat(100_000);
  const run = await captureRun(["exec", "-qi", "web", "--", "cat"], api.connection, { stdin: input });
  expect(run.stdout === input).toBe(true);
});

test("exec explains what is missing on its command line", async () => {
  await using api = await serverWithPod();
  const said = async (...args: string[]): Promise<string> =>
    (await captureRun(["exec", ...args], api.connection)).stderr;
  expect(await said("web")).toBe("error: you must specify at least one command for the container\n");
  expect(await said("--", "ls")).toBe("error: pod, type/name or --filename must be specified\n");
  expect(await said("web", "ls")).toContain("exec [POD] [COMMAND] is not supported anymore.");
  expect(await said("none", "--", "ls")).toBe('Error from server (NotFound): pods "none" not found\n');
});

test("attach shows what the container writes", async () => {
  await using api = await serverWithPod();
  const run = await captureRun(["attach", "web", "-c", "main", "-q"], api.connection);
  expect(run).toEqual({ stdout: "attached\n", stderr: "", exitCode: 0 });
});
