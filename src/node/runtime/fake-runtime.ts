import { createHash } from "node:crypto";

import { untilAborted } from "../../lib/abort.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import type { Logger } from "../../lib/logger.ts";
import { uuid } from "../../lib/random.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { ByteChannel } from "./byte-channel.ts";
import { FakeContainer } from "./fake-container.ts";
import { runFakeProgram } from "./fake-program.ts";
import { normalImageName } from "./image-reference.ts";
import { RuntimeError } from "./runtime-error.ts";
import type {
  ContainerLimits,
  ContainerRuntime,
  ContainerSpec,
  ImageRecord,
  LogChunk,
  PodIdentity,
  RuntimeEvent,
  RuntimeExecOptions,
  RuntimeExecSession,
  RuntimeLogOptions,
  SandboxRecord,
  SandboxSpec,
} from "./runtime.ts";

export interface FakeRuntimeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Images that need no pull. */
  readonly images?: readonly string[];
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

type Listener = Parameters<ContainerRuntime["watch"]>[0];

/** No registry has names under it (RFC 6761): a pull from it fails. */
const NO_REGISTRY = ".invalid/";
const GIGABYTE = 2 ** 30;
const FAKE_MEMORY = {
  usageBytes: 2 ** 20,
  workingSetBytes: 2 ** 20,
  rssBytes: 2 ** 20,
  pageFaults: 0,
  majorPageFaults: 0,
};

/**
 * Pods that exist in memory only: for tests, and for nodes by the thousand. Containers "run" the small programs of
 * fake-program.ts, any image can be pulled in no time, and nothing is left when the process ends.
 */
export function openFakeRuntime(options: FakeRuntimeOptions): ContainerRuntime {
  return new FakeRuntime(options);
}

class FakeRuntime implements ContainerRuntime {
  readonly name = "fake";
  #clock: Clock;
  #options: FakeRuntimeOptions;
  #background: BackgroundTasks;
  #sandboxes = new Map<string, SandboxRecord>();
  #containers = new Map<string, FakeContainer>();
  #images = new Map<string, ImageRecord>();
  #listeners = new Set<Listener>();

  constructor(options: FakeRuntimeOptions) {
    this.#clock = options.clock;
    this.#options = options;
    this.#background = new BackgroundTasks(options.log);
    for (const image of options.images ?? []) this.#addImage(image);
  }

  version() {
    return Promise.resolve({
      runtimeVersion: "fake://1.0.0",
      operatingSystem: "Simulated",
      kernelVersion: "0.0.0",
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      cpus: this.#options.cpus ?? 4,
      memoryBytes: this.#options.memoryBytes ?? 8 * GIGABYTE,
      cgroupVersion: 2 as const,
      hasAppArmor: false,
      supportsRecursiveReadOnly: true,
    });
  }

  list() {
    return Promise.resolve({
      sandboxes: [...this.#sandboxes.values()],
      containers: [...this.#containers.values()].map((container) => container.record),
    });
  }

  inspectContainer(id: string) {
    return Promise.resolve(this.#containers.get(id)?.record);
  }

  runSandbox({ pod, attempt, ip }: SandboxSpec): Promise<SandboxRecord> {
    const sandbox = { id: newId(), pod, attempt, isRunning: true, ip, createdAt: this.#clock.now() };
    this.#sandboxes.set(sandbox.id, sandbox);
    this.#publish("started", sandbox.id, pod);
    return Promise.resolve(sandbox);
  }

  async removeSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    const joined = [...this.#containers.values()].filter(({ spec }) => spec.sandboxId === id);
    await Promise.all(joined.map((container) => this.stopContainer(container.id, { graceSeconds: 0 })));
    if (!sandbox) return;
    this.#sandboxes.delete(id);
    this.#publish("exited", id, sandbox.pod);
    this.#publish("removed", id, sandbox.pod);
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    const image = await this.inspectImage(spec.image);
    if (!image) throw new RuntimeError("ImageNotFound", `No such image: ${spec.image}`);
    if (!this.#sandboxes.has(spec.sandboxId)) {
      throw new RuntimeError("NotFound", `No such container: ${spec.sandboxId}`);
    }
    const container = new FakeContainer(newId(), spec, image.id, this.#clock);
    this.#containers.set(container.id, container);
    return container.id;
  }

  async startContainer(id: string): Promise<void> {
    const container = this.#container(id);
    const life = container.start();
    this.#publish("started", id, container.spec.pod);
    this.#background.run("A fake container", async () => {
      await life;
      this.#publish("exited", id, container.spec.pod);
    });
    await Promise.resolve();
  }

  async stopContainer(id: string, { graceSeconds }: { readonly graceSeconds: number }): Promise<void> {
    await this.#containers.get(id)?.stop(graceSeconds);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    await container.stop(0);
    if (this.#containers.delete(id)) this.#publish("removed", id, container.spec.pod);
  }

  async updateLimits(id: string, limits: ContainerLimits): Promise<void> {
    this.#container(id).limits = limits;
    await Promise.resolve();
  }

  inspectImage(reference: string) {
    return Promise.resolve(this.#images.get(normalImageName(reference)));
  }

  listImages() {
    return Promise.resolve([...this.#images.values()]);
  }

  async pullImage(reference: string): Promise<ImageRecord> {
    if (reference.includes(NO_REGISTRY)) {
      throw new RuntimeError("ImageNotFound", `failed to resolve reference "${reference}": no such host`);
    }
    return await Promise.resolve(this.#addImage(reference));
  }

  diskUsage(): Promise<number> {
    return Promise.resolve(0);
  }

  /** Fake images are empty. */
  async extractImage(): Promise<void> {
    await Promise.resolve();
  }

  watch(listener: Listener, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  async logs(id: string, options: RuntimeLogOptions, signal: AbortSignal): Promise<ReadableStream<LogChunk>> {
    const container = this.#container(id);
    const { tailLines, sinceMs = 0, follow } = options;
    const first = tailLines === undefined ? 0 : Math.max(container.log.length - tailLines, 0);
    const lines = container.lines(first, follow);
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    return await Promise.resolve(
      new ReadableStream<LogChunk>({
        async pull(controller) {
          for (;;) {
            const next = await Promise.race([lines.next(), aborted]);
            if (!next || next.done) return controller.close();
            if (Date.parse(next.value.time) >= sinceMs) return controller.enqueue(next.value);
          }
        },
      }),
    );
  }

  async exec(id: string, { command, stdin, signal }: RuntimeExecOptions): Promise<RuntimeExecSession> {
    const container = this.#container(id);
    if (!container.isRunning) throw new RuntimeError("NotRunning", `Container ${id} is not running`);
    const [input, stdout, stderr] = [new ByteChannel(), new ByteChannel(), new ByteChannel()];
    const encoder = new TextEncoder();
    const kill = new AbortController();
    const abort = (): void => {
      kill.abort();
      stdout.fail(signal.reason);
      stderr.fail(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    void container.ended.then(() => kill.abort());
    const program = runFakeProgram(command, {
      clock: this.#clock,
      stdin: stdin ? input.readable : undefined,
      write: (stream, text) => (stream === "stdout" ? stdout : stderr).push(encoder.encode(text)),
      signal: kill.signal,
    });
    const exitCode = untilAborted(program, signal).finally(() => {
      signal.removeEventListener("abort", abort);
      stdout.close();
      stderr.close();
    });
    exitCode.catch(() => undefined);
    return await Promise.resolve({
      stdin: stdin
        ? new WritableStream<Uint8Array>({ write: (chunk) => input.push(chunk), close: () => input.close() })
        : undefined,
      stdout: stdout.readable,
      stderr: stderr.readable,
      resize: () => Promise.resolve(),
      exitCode,
    });
  }

  async attach(id: string, options: { readonly stdin: boolean }, signal: AbortSignal) {
    return await Promise.resolve(this.#container(id).attach(options, signal));
  }

  portForward(podUid: string, port: number): Promise<never> {
    const hasSandbox = [...this.#sandboxes.values()].some(({ pod }) => pod.uid === podUid);
    if (!hasSandbox) return Promise.reject(new RuntimeError("NotFound", "The pod has no running sandbox"));
    return Promise.reject(new RuntimeError("ConnectionRefused", `Nothing listens on port ${port} of a simulated pod`));
  }

  stats() {
    const running = [...this.#containers.values()].filter((container) => container.isRunning);
    const readAt = this.#clock.now();
    return Promise.resolve(
      running.map(({ id, spec: { pod, name }, createdAt }) => ({
        id,
        pod,
        name,
        // One thousandth of a core and one megabyte, as a process that waits would use.
        cpuUsageNanoseconds: (readAt - createdAt) * 1000,
        memory: FAKE_MEMORY,
        network: undefined,
        processes: 1,
        readAt,
      })),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#containers.values()].map((container) => container.stop(0)));
    await this.#background.stop();
  }

  #container(id: string): FakeContainer {
    const container = this.#containers.get(id);
    if (!container) throw new RuntimeError("NotFound", `No such container: ${id}`);
    return container;
  }

  #addImage(reference: string): ImageRecord {
    const name = normalImageName(reference);
    const known = this.#images.get(name);
    if (known) return known;
    const digest = `sha256:${createHash("sha256").update(name).digest("hex")}`;
    const repository = name.replace(/[:@].*$/, "");
    const image = { id: digest, tags: [name], digests: [`${repository}@${digest}`], sizeBytes: 2 ** 20, user: "" };
    this.#images.set(name, image);
    return image;
  }

  #publish(type: RuntimeEvent["type"], id: string, pod: PodIdentity): void {
    for (const listener of this.#listeners) listener.onEvent({ type, id, pod });
  }
}

/** As long and as random as the engine's. */
const newId = (): string => createHash("sha256").update(uuid()).digest("hex");
