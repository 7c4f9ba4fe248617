/**
 * What every ContainerRuntime does. An implementation runs it with one line; what only a real engine can show is in the
 * implementation's own tests.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { isRuntimeError, type RuntimeErrorReason } from "./runtime-error.ts";
import type {
  ContainerRuntime,
  ContainerSpec,
  LogChunk,
  RuntimeEvent,
  RuntimeLogOptions,
  SandboxRecord,
  SandboxSpec,
} from "./runtime.ts";

export interface RuntimeUnderTest extends AsyncDisposable {
  readonly runtime: ContainerRuntime;
  /** Has `sh`, `echo`, `cat`, `sleep`. */
  readonly image: string;
  /** An address that no other sandbox of this runtime has. */
  nextIp(): string;
}

/** @param skipped Why the suite cannot run here; shown beside its name. */
export function runtimeConformance(name: string, open: () => Promise<RuntimeUnderTest>, skipped?: string): void {
  describe.skipIf(skipped !== undefined)(`ContainerRuntime: ${name}${skipped ? ` (${skipped})` : ""}`, () => {
    let subject: RuntimeUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(async () => {
      await subject[Symbol.asyncDispose]();
    });

    test("tells what machine it runs on", async () => {
      const version = await subject.runtime.version();
      expect(version.runtimeVersion).toMatch(/^\w+:\/\/\d/);
      expect(version.cpus).toBeGreaterThan(0);
      expect(version.memoryBytes).toBeGreaterThan(2 ** 20);
      expect(["amd64", "arm64"]).toContain(version.architecture);
    });

    test("lists a sandbox from when it runs until it is removed", async () => {
      const sandbox = await runSandbox(subject, "list", { attempt: 3 });
      const listed = await findSandbox(subject, sandbox.id);
      expect(listed).toMatchObject({ pod: sandbox.pod, attempt: 3, isRunning: true, ip: sandbox.ip });
      await subject.runtime.removeSandbox(sandbox.id);
      expect(await findSandbox(subject, sandbox.id)).toBeUndefined();
    });

    test("removes a sandbox that is gone without an error", async () => {
      const sandbox = await runSandbox(subject, "gone");
      await subject.runtime.removeSandbox(sandbox.id);
      await subject.runtime.removeSandbox(sandbox.id);
    });

    test("gives an address again once its sandbox is removed", async () => {
      const first = await runSandbox(subject, "first");
      await subject.runtime.removeSandbox(first.id);
      const second = await runSandbox(subject, "second", { ip: first.ip });
      expect(second.ip).toBe(first.ip);
      await subject.runtime.removeSandbox(second.id);
    });

    test("runs a container, and tells it created, running, exited", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "states");
      const id = await runtime.createContainer(
        container(subject, sandbox, "sleep 0.2; exit 3", { restartCount: 2, labels: { hash: "abc" } }),
      );
      expect(await runtime.inspectContainer(id)).toMatchObject({
        id,
        pod: sandbox.pod,
        sandboxId: sandbox.id,
        name: "main",
        restartCount: 2,
        image: subject.image,
        labels: { hash: "abc" },
        state: { phase: "created" },
      });
      await runtime.startContainer(id);
      const running = await runtime.inspectContainer(id);
      expect(running?.state.phase).toBe("running");
      const exited = await untilExited(runtime, id);
      expect(exited).toMatchObject({ phase: "exited", exitCode: 3, oomKilled: false });
      expect(exited.signal).toBeUndefined();
      expect(exited.error).toBeUndefined();
      expect(exited.finishedAt).toBeGreaterThanOrEqual(exited.startedAt);
      await runtime.removeSandbox(sandbox.id);
      await runtime.removeContainer(id);
      expect(await runtime.inspectContainer(id)).toBeUndefined();
    });

    test("reports what starts, ends and goes, with the pod it belongs to", async () => {
      const { runtime } = subject;
      const stop = new AbortController();
      const events: RuntimeEvent[] = [];
      runtime.watch({ onEvent: (event) => events.push(event), onGap: () => undefined }, stop.signal);
      const sandbox = await runSandbox(subject, "events");
      const id = await start(subject, sandbox, "sleep 0.1");
      const ofContainer = () => events.filter((event) => event.id === id).map((event) => event.type);
      await until(() => ofContainer().includes("exited"));
      await runtime.removeContainer(id);
      await until(() => ofContainer().includes("removed"));
      expect(ofContainer()).toEqual(["started", "exited", "removed"]);
      expect(events.find((event) => event.id === id)?.pod).toEqual(sandbox.pod);
      await runtime.removeSandbox(sandbox.id);
      await until(() => events.some((event) => event.id === sandbox.id && event.type === "removed"));
      stop.abort();
    });

    test("stops a container with its signal, and waits for it", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "stop");
      const id = await start(subject, sandbox, 'trap "exit 7" TERM; echo ready; sleep 1000 & wait');
      await firstLine(runtime, id);
      await runtime.stopContainer(id, { graceSeconds: 30 });
      expect((await runtime.inspectContainer(id))?.state).toMatchObject({ phase: "exited", exitCode: 7 });
      await runtime.stopContainer(id, { graceSeconds: 30 });
      await runtime.removeSandbox(sandbox.id);
    });

    test("kills a container that has no grace", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "kill");
      const id = await start(subject, sandbox, "sleep 1000");
      await runtime.stopContainer(id, { graceSeconds: 0 });
      expect((await runtime.inspectContainer(id))?.state).toMatchObject({ exitCode: 137, signal: 9 });
      await runtime.removeSandbox(sandbox.id);
    });

    test("ends what runs in a sandbox that is removed, and keeps it for its logs", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "kept");
      const other = await start(subject, sandbox, "sleep 600", { name: "other" });
      const id = await start(subject, sandbox, "echo kept; sleep 600");
      await runtime.removeSandbox(sandbox.id);
      expect((await runtime.inspectContainer(other))?.state.phase).toBe("exited");
      expect(await runtime.inspectContainer(id)).toMatchObject({ sandboxId: sandbox.id, state: { phase: "exited" } });
      const options = { follow: false, sinceMs: undefined, tailLines: undefined };
      const chunks = await Array.fromAsync(await runtime.logs(id, options, new AbortController().signal));
      expect(chunks.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["kept\n"]);
      await Promise.all([id, other].map((one) => runtime.removeContainer(one)));
    });

    test("refuses an image that is not there", async () => {
      const sandbox = await runSandbox(subject, "no-image");
      const spec = container(subject, sandbox, "true", { image: "kube-test/not-there:1" });
      expect(await failure(subject.runtime.createContainer(spec))).toBe("ImageNotFound");
      await subject.runtime.removeSandbox(sandbox.id);
    });

    test("keeps the reason why a program could not start", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "no-program");
      const id = await runtime.createContainer({
        ...container(subject, sandbox, ""),
        command: ["/nonexistent/program"],
        args: undefined,
      });
      expect(await failure(runtime.startContainer(id))).toBe("StartFailed");
      const state = (await runtime.inspectContainer(id))?.state;
      expect(state).toMatchObject({ phase: "exited", exitCode: 127, signal: undefined });
      expect(state).toHaveProperty("error", expect.stringContaining("/nonexistent/program"));
      await runtime.removeSandbox(sandbox.id);
    });

    test("knows the images that are there, by any spelling of their name", async () => {
      const { runtime, image } = subject;
      const found = await runtime.inspectImage(image);
      expect(found?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect((await runtime.inspectImage(`docker.io/library/${image}`))?.id).toBe(found?.id ?? "");
      expect((await runtime.listImages()).map(({ id }) => id)).toContain(found?.id ?? "");
      expect(await runtime.inspectImage("kube-test/not-there:1")).toBeUndefined();
    });

    test("fails to pull from a registry that does not exist", async () => {
      const pull = subject.runtime.pullImage("registry.invalid/app:1", undefined, AbortSignal.timeout(30_000));
      expect(await failure(pull)).toBeDefined();
    });

    test("keeps the two outputs of a container apart, with a time for each line", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "logs");
      const id = await start(subject, sandbox, "echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three");
      await untilExited(runtime, id);
      const chunks = await logs(runtime, id, {});
      expect(chunks.map(({ stream, bytes }) => `${stream}: ${text(bytes)}`)).toEqual([
        "stdout: one\n",
        "stderr: two\n",
        "stdout: three\n",
      ]);
      const times = chunks.map(({ time }) => time);
      expect(times).toEqual(times.toSorted());
      for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect((await logs(runtime, id, { tailLines: 2 })).map(({ bytes }) => text(bytes))).toEqual(["two\n", "three\n"]);
      expect(await logs(runtime, id, { tailLines: 0 })).toEqual([]);
      expect(await logs(runtime, id, { sinceMs: Date.parse(times[2] ?? "") + 1000 })).toEqual([]);
      await runtime.removeSandbox(sandbox.id);
    });

    test("follows a log until its container ends", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "follow");
      const id = await start(subject, sandbox, "echo one; sleep 0.3; echo two");
      const chunks = await logs(runtime, id, { follow: true });
      expect(chunks.map(({ bytes }) => text(bytes))).toEqual(["one\n", "two\n"]);
      await runtime.removeSandbox(sandbox.id);
    });

    test("stops following when its caller gives up", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "give-up");
      const id = await start(subject, sandbox, "echo one; sleep 1000");
      const caller = new AbortController();
      const reader = (
        await runtime.logs(id, { follow: true, sinceMs: undefined, tailLines: undefined }, caller.signal)
      ).getReader();
      expect(text((await reader.read()).value?.bytes)).toBe("one\n");
      const next = reader.read().then(
        ({ done }) => (done ? "ended" : "more"),
        () => "ended",
      );
      caller.abort();
      expect(await next).toBe("ended");
      await runtime.removeSandbox(sandbox.id);
    });

    test("executes a command with its outputs and exit code", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "exec");
      const id = await start(subject, sandbox, "sleep 1000");
      const session = await runtime.exec(id, exec(["sh", "-c", "echo out; echo err >&2; exit 5"]));
      const [stdout, stderr, exitCode] = await Promise.all([
        collect(session.stdout),
        collect(session.stderr),
        session.exitCode,
      ]);
      expect({ stdout, stderr, exitCode }).toEqual({ stdout: "out\n", stderr: "err\n", exitCode: 5 });
      await runtime.removeSandbox(sandbox.id);
    });

    test("gives a command its input, and the end of it", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "stdin");
      const id = await start(subject, sandbox, "sleep 1000");
      const session = await runtime.exec(id, { ...exec(["cat"]), stdin: true });
      const writer = session.stdin?.getWriter();
      await writer?.write(new TextEncoder().encode("through"));
      await writer?.close();
      expect(await collect(session.stdout)).toBe("through");
      expect(await collect(session.stderr)).toBe("");
      expect(await session.exitCode).toBe(0);
      await runtime.removeSandbox(sandbox.id);
    });

    test("breaks off a command when its caller gives up", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "exec-abort");
      const id = await start(subject, sandbox, "sleep 1000");
      const caller = new AbortController();
      const session = await runtime.exec(id, { ...exec(["sh", "-c", "echo up; sleep 1000"]), signal: caller.signal });
      const reader = session.stdout.getReader();
      expect(text((await reader.read()).value)).toBe("up\n");
      caller.abort(new Error("The client is gone"));
      expect(await rejection(session.exitCode)).toBe("The client is gone");
      expect(await rejection(reader.read())).toBe("The client is gone");
      await runtime.removeSandbox(sandbox.id);
    });

    test("does not execute in a container that has ended, or is gone", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "exec-ended");
      const id = await start(subject, sandbox, "true");
      await untilExited(runtime, id);
      expect(await failure(runtime.exec(id, exec(["true"])))).toBe("NotRunning");
      await runtime.removeSandbox(sandbox.id);
      await runtime.removeContainer(id);
      expect(await failure(runtime.exec(id, exec(["true"])))).toBe("NotFound");
    });

    test("attaches to a running container until it ends", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "attach");
      const spec = container(subject, sandbox, "cat; echo end >&2", { stdin: true, stdinOnce: true });
      const id = await runtime.createContainer(spec);
      await runtime.startContainer(id);
      const streams = await runtime.attach(id, { stdin: true, tty: false }, new AbortController().signal);
      const writer = streams.stdin?.getWriter();
      await writer?.write(new TextEncoder().encode("hello\n"));
      await writer?.close();
      expect(await Promise.all([collect(streams.stdout), collect(streams.stderr)])).toEqual(["hello\n", "end\n"]);
      expect((await untilExited(runtime, id)).exitCode).toBe(0);
      await runtime.removeSandbox(sandbox.id);
    });

    test("keeps a container's input open for the next caller, unless it wants only one", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "attach-again");
      const id = await start(subject, sandbox, "cat", { stdin: true, stdinOnce: false });
      for (const word of ["first\n", "second\n"]) {
        const caller = new AbortController();
        const streams = await runtime.attach(id, { stdin: true, tty: false }, caller.signal);
        const writer = streams.stdin?.getWriter();
        await writer?.write(new TextEncoder().encode(word));
        await writer?.close();
        const { value } = await streams.stdout.getReader().read();
        expect(text(value)).toBe(word);
        caller.abort();
      }
      expect((await runtime.inspectContainer(id))?.state.phase).toBe("running");
      await runtime.removeSandbox(sandbox.id);
    });

    test("says so when nothing listens on a forwarded port", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "refused");
      const forward = runtime.portForward(sandbox.pod.uid, 4321, new AbortController().signal);
      expect(await failure(forward)).toBe("ConnectionRefused");
      await runtime.removeSandbox(sandbox.id);
    });

    test("does not forward a port of a pod that has no sandbox", async () => {
      const forward = subject.runtime.portForward(crypto.randomUUID(), 80, new AbortController().signal);
      expect(await failure(forward)).toBe("NotFound");
    });

    test("reads what running containers use", async () => {
      const { runtime } = subject;
      const sandbox = await runSandbox(subject, "stats");
      const id = await start(subject, sandbox, "sleep 1000");
      const reading = (await runtime.stats()).find((stats) => stats.id === id);
      expect(reading).toMatchObject({ pod: sandbox.pod, name: "main" });
      expect(reading?.memory.workingSetBytes).toBeGreaterThan(0);
      expect(reading?.processes).toBeGreaterThan(0);
      await runtime.removeSandbox(sandbox.id);
    });
  });
}

/** A sandbox of a new pod. */
export async function runSandbox(
  subject: RuntimeUnderTest,
  podName: string,
  more: Partial<SandboxSpec> = {},
): Promise<SandboxRecord> {
  return await subject.runtime.runSandbox({
    pod: { uid: crypto.randomUUID(), name: podName, namespace: "default" },
    attempt: 0,
    hostname: podName,
    ip: subject.nextIp(),
    hostNetwork: false,
    hostPid: false,
    hostIpc: false,
    sysctls: {},
    handler: undefined,
    labels: {},
    ...more,
  });
}

/** A container that runs a shell script. */
export function container(
  subject: RuntimeUnderTest,
  sandbox: SandboxRecord,
  script: string,
  more: Partial<ContainerSpec> = {},
): ContainerSpec {
  return {
    pod: sandbox.pod,
    sandboxId: sandbox.id,
    handler: undefined,
    name: "main",
    restartCount: 0,
    image: subject.image,
    command: ["sh", "-c", script],
    args: undefined,
    env: [],
    workingDir: undefined,
    mounts: [],
    resources: { cpuShares: undefined, cpuQuota: undefined, memoryLimitBytes: undefined, oomScoreAdj: undefined },
    security: {
      user: undefined,
      supplementalGroups: [],
      privileged: false,
      readOnlyRootFilesystem: false,
      allowPrivilegeEscalation: true,
      addCapabilities: [],
      dropCapabilities: [],
      unmaskedProc: false,
      appArmorProfile: undefined,
      seccomp: "RuntimeDefault",
      shareProcessNamespace: false,
    },
    stdin: false,
    stdinOnce: false,
    tty: false,
    stopSignal: undefined,
    labels: {},
    ...more,
  };
}

/** Creates and starts a container that runs a shell script. */
export async function start(
  subject: RuntimeUnderTest,
  sandbox: SandboxRecord,
  script: string,
  more: Partial<ContainerSpec> = {},
): Promise<string> {
  const id = await subject.runtime.createContainer(container(subject, sandbox, script, more));
  await subject.runtime.startContainer(id);
  return id;
}

export function exec(command: readonly string[]) {
  return { command, stdin: false, tty: false, signal: new AbortController().signal };
}

/** Waits for the condition, looking again after each turn of the event loop; the test's own timeout is the limit. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}

export async function untilExited(runtime: ContainerRuntime, id: string) {
  for (;;) {
    const state = (await runtime.inspectContainer(id))?.state;
    if (state?.phase === "exited") return state;
    await Bun.sleep(5);
  }
}

export async function logs(
  runtime: ContainerRuntime,
  id: string,
  options: Partial<RuntimeLogOptions>,
): Promise<LogChunk[]> {
  const all = { follow: false, sinceMs: undefined, tailLines: undefined, ...options };
  const chunks: LogChunk[] = [];
  for await (const chunk of await runtime.logs(id, all, new AbortController().signal)) chunks.push(chunk);
  return chunks;
}

async function firstLine(runtime: ContainerRuntime, id: string): Promise<void> {
  const options = { follow: true, sinceMs: undefined, tailLines: undefined };
  const reader = (await runtime.logs(id, options, new AbortController().signal)).getReader();
  await reader.read();
  await reader.cancel();
}

export async function collect(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

/** The reason a call failed with; undefined when it did not. */
export async function failure(call: Promise<unknown>): Promise<RuntimeErrorReason | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (isRuntimeError(error)) return error.reason;
    throw error;
  }
}

async function rejection(call: Promise<unknown>): Promise<string | undefined> {
  return await call.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

async function findSandbox({ runtime }: RuntimeUnderTest, id: string): Promise<SandboxRecord | undefined> {
  return (await runtime.list()).sandboxes.find((sandbox) => sandbox.id === id);
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
