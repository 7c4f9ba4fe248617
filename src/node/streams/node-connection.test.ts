import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { isApiError } from "../../api/api-error.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestDocker, whyNoDocker, type TestDocker } from "../../testing/docker-engine.ts";
import { container, runSandbox, untilExited } from "../runtime/runtime.conformance.ts";
import type { ContainerSpec, SandboxRecord } from "../runtime/runtime.ts";
import { createNodeConnection } from "./node-connection.ts";
import type { TerminalSize, TerminalStreams } from "./terminal.ts";

// Containers are started: on a loaded machine that takes longer than Bun gives a test.
setDefaultTimeout(20_000);

const skipped = await whyNoDocker();

describe.skipIf(skipped !== undefined)(`NodeConnection on Docker${skipped ? ` (${skipped})` : ""}`, () => {
  let docker: TestDocker;
  let sandbox: SandboxRecord;
  let node: ReturnType<typeof createNodeConnection>;
  let shell: Pod;

  beforeAll(async () => {
    docker = await startTestDocker();
    node = createNodeConnection({ runtime: docker.runtime, clock: systemClock, log: silentLogger });
    sandbox = await runSandbox(docker, "web");
    shell = await podRunning("sleep 1000", { name: "shell" });
  });
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
  });

  /** A pod whose status says that a container with this script runs. */
  async function podRunning(script: string, more: Partial<ContainerSpec> = {}): Promise<Pod> {
    const spec = container(docker, sandbox, script, more);
    const id = await docker.runtime.createContainer(spec);
    await docker.runtime.startContainer(id);
    const { uid, name, namespace } = sandbox.pod;
    return {
      ...POD,
      metadata: { uid, name, namespace },
      spec: { containers: [{ name: spec.name, tty: spec.tty, stdin: spec.stdin }] },
      status: {
        containerStatuses: [
          {
            name: spec.name,
            image: spec.image,
            imageID: "",
            ready: true,
            restartCount: 0,
            containerID: `docker://${id}`,
            state: { running: { startedAt: new Date(0).toISOString() } },
          },
        ],
      },
    };
  }

  const log = { follow: false, previous: false, timestamps: false };

  test("shows a container's log with exact bytes", async () => {
    const pod = await podRunning(String.raw`printf 'one\r\ntwo \303\251\n'; printf 'three' >&2`, { name: "exact" });
    await untilExited(docker.runtime, idOf(pod));
    const shown = await new Response(await node.logs(pod, { ...log, container: "exact" }, never())).text();
    expect(shown).toBe("one\r\ntwo é\nthree");
  });

  test("keeps a line together that is longer than the engine keeps it, with one time", async () => {
    for (const tty of [false, true]) {
      const name = tty ? "long-tty" : "long";
      const pod = await podRunning("head -c 40000 /dev/zero | tr '\\0' x; echo; echo end", { name, tty });
      await untilExited(docker.runtime, idOf(pod));
      const options = { ...log, container: name, timestamps: true };
      const lines = (await new Response(await node.logs(pod, options, never())).text()).split(/\r?\n/);
      expect(lines.map((line) => line.replace(/^\S+Z /, "").length)).toEqual([40000, 3, 0]);
    }
  });

  test("follows a log until the container ends", async () => {
    const pod = await podRunning("echo one; sleep 0.3; echo two", { name: "follow" });
    const options = { ...log, container: "follow", follow: true };
    expect(await new Response(await node.logs(pod, options, never())).text()).toBe("one\ntwo\n");
  });

  test("refuses the log of a container that waits, in the kubelet's words", async () => {
    const pod: Pod = {
      ...POD,
      metadata: { name: "web" },
      status: {
        containerStatuses: [
          {
            name: "main",
            image: "",
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: "ContainerCreating" } },
          },
        ],
      },
    };
    const refusal = await refused(node.logs(pod, { ...log, container: "main" }, never()));
    expect(refusal).toEqual({
      code: 400,
      message: 'container "main" in pod "web" is waiting to start: ContainerCreating',
    });
  });

  test("runs a command with its outputs and exit code", async () => {
    const client = testClient();
    const status = await node.exec(shell, execOptions(["sh", "-c", "echo out; echo err >&2; exit 7"]), client.streams);
    expect(await client.output()).toEqual({ stdout: "out\n", stderr: "err\n" });
    expect(status).toEqual({ exitCode: 7 });
  });

  test("passes an archive in and out unchanged, as kubectl cp does", async () => {
    const content = Buffer.from(Array.from({ length: 5_000_000 }, (_, i) => (i * 7919) % 256));
    const write = testClient({ stdin: content });
    await node.exec(shell, { ...execOptions(["sh", "-c", "cat > /tmp/in"]), stdin: true }, write.streams);
    const read = testClient();
    await node.exec(shell, execOptions(["tar", "cf", "-", "-C", "/tmp", "in"]), read.streams);
    const archive = await read.stdoutBytes();
    expect(Buffer.from(archive.slice(512, 512 + content.length)).equals(content)).toBe(true);
  });

  test("holds back a command whose client does not read, and ends it when the client goes", async () => {
    const gone = new AbortController();
    let received = 0;
    const stdout = new WritableStream<Uint8Array>({
      async write(chunk) {
        received += chunk.length;
        await new Promise(() => undefined);
      },
    });
    const streams: TerminalStreams = {
      stdin: undefined,
      stdout,
      stderr: undefined,
      resizes: undefined,
      signal: gone.signal,
    };
    const session = node.exec(shell, execOptions(["sh", "-c", "exec cat /dev/zero"]), streams);
    await Bun.sleep(300);
    expect(received).toBeLessThan(1_000_000);
    gone.abort(new Error("The client is gone"));
    expect(await session.then(() => "ended", String)).toContain("The client is gone");
    await node.exec(shell, execOptions(["sh", "-c", "while pidof cat; do sleep 0.05; done"]), testClient().streams);
  });

  test("gives a command a terminal of the client's size", async () => {
    const sizes = new TransformStream<TerminalSize, TerminalSize>();
    const writer = sizes.writable.getWriter();
    const client = testClient({ tty: true, resizes: sizes.readable });
    const command = execOptions([
      "sh",
      "-c",
      'while [ "$(stty size 2>&1)" != "33 101" ]; do sleep 0.05; done; stty size; exit 3',
    ]);
    const session = node.exec(shell, { ...command, tty: true }, client.streams);
    await writer.write({ width: 101, height: 33 });
    expect(await session).toEqual({ exitCode: 3 });
    expect((await client.output()).stdout).toBe("33 101\r\n");
  });

  test("does not run a command in a container that does not run", async () => {
    const pod: Pod = { ...POD, metadata: { name: "web" }, status: {} };
    const refusal = await refused(node.exec(pod, execOptions(["true"]), testClient().streams));
    expect(refusal).toEqual({ code: 500, message: 'container not found ("shell")' });
  });

  test("attaches to what a container reads and writes", async () => {
    const pod = await podRunning("cat; echo end", { name: "attach", stdin: true, stdinOnce: true });
    const client = testClient({ stdin: Buffer.from("typed\n") });
    const options = { container: "attach", stdin: true, tty: false };
    expect(await node.attach(pod, options, client.streams)).toEqual({ exitCode: 0 });
    expect((await client.output()).stdout).toBe("typed\nend\n");
  });

  test("forwards to a port that listens only on the pod's own localhost", async () => {
    const pod = await podRunning("mkdir /tmp/w; echo page > /tmp/w/a; httpd -f -p 127.0.0.1:8080 -h /tmp/w", {
      name: "web",
    });
    await listening(pod, 8080);
    const connection = await node.portForward(pod, 8080, never());
    const writer = connection.writable.getWriter();
    await writer.write(new TextEncoder().encode("GET /a HTTP/1.0\r\n\r\n"));
    expect(await new Response(connection.readable).text()).toEndWith("page\n");
    const refusal = await refused(node.portForward(pod, 8081, never()));
    expect(refusal?.message).toContain("error forwarding port 8081 to pod web, uid ");
  });

  test("forwards both directions unchanged, each to its own end", async () => {
    const pod = await podRunning("nc -l -p 9000 -e sha256sum", { name: "echo" });
    await listening(pod, 9000);
    const connection = await node.portForward(pod, 9000, never());
    const content = Buffer.alloc(8_000_000, "abcdefg");
    const writer = connection.writable.getWriter();
    for (let offset = 0; offset < content.length; offset += 65536)
      await writer.write(content.subarray(offset, offset + 65536));
    await writer.close();
    const sum = new Bun.CryptoHasher("sha256").update(content).digest("hex");
    expect(await new Response(connection.readable).text()).toBe(`${sum}  -\n`);
  });

  /** Waits until something in the pod listens on the port. */
  async function listening(pod: Pod, port: number): Promise<void> {
    const client = testClient();
    const wait = `until netstat -ltn | grep -q :${port}; do sleep 0.02; done`;
    const name = pod.spec?.containers[0]?.name ?? "";
    await node.exec(pod, { ...execOptions(["sh", "-c", wait]), container: name }, client.streams);
  }
});

const POD = { apiVersion: "v1", kind: "Pod" } as const;

const idOf = (pod: Pod): string => pod.status?.containerStatuses?.[0]?.containerID?.replace("docker://", "") ?? "";

const never = (): AbortSignal => new AbortController().signal;

const execOptions = (command: readonly string[]) => ({
  container: "shell",
  command,
  stdin: false,
  tty: false,
});

/** A client that collects what it gets. */
function testClient(options: { stdin?: Uint8Array; tty?: boolean; resizes?: ReadableStream<TerminalSize> } = {}) {
  const [stdout, stderr] = [new TransformStream<Uint8Array>(), new TransformStream<Uint8Array>()];
  const [out, error] = [new Response(stdout.readable).bytes(), new Response(stderr.readable).bytes()];
  const streams: TerminalStreams = {
    stdin:
      options.stdin && new Response(options.stdin).body ? (new Response(options.stdin).body ?? undefined) : undefined,
    stdout: stdout.writable,
    stderr: options.tty ? undefined : stderr.writable,
    resizes: options.resizes,
    signal: never(),
  };
  return {
    streams,
    stdoutBytes: () => out,
    output: async () => ({
      stdout: new TextDecoder().decode(await out),
      stderr: options.tty ? "" : new TextDecoder().decode(await error),
    }),
  };
}

async function refused(call: Promise<unknown>): Promise<{ code: number; message: string } | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (isApiError(error)) return { code: error.code, message: error.message };
    throw error;
  }
}
