import { nanoTimestamp, type Clock } from "../../lib/time/clock.ts";
import { ByteChannel } from "./byte-channel.ts";
import { MISSING_PROGRAMS, runFakeProgram, trappedExitCode } from "./fake-program.ts";
import { RuntimeError } from "./runtime-error.ts";
import type {
  ContainerLimits,
  ContainerRecord,
  ContainerRunState,
  ContainerSpec,
  LogChunk,
  RuntimeStreams,
} from "./runtime.ts";

const SIGTERM = 15;
const SIGKILL = 9;

interface Output {
  readonly stdout: ByteChannel;
  readonly stderr: ByteChannel;
}

/** One container of the fake runtime: a state, a log, and a program that runs while it is "running". */
export class FakeContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly createdAt: number;
  limits: ContainerLimits;
  readonly log: LogChunk[] = [];
  #clock: Clock;
  #imageId: string;
  #state: ContainerRunState = { phase: "created" };
  #kill = new AbortController();
  #killedBy: number | undefined;
  #attached = new Set<Output>();
  #stdin = new ByteChannel();
  #logged = Promise.withResolvers<void>();
  #ended = Promise.withResolvers<void>();

  constructor(id: string, spec: ContainerSpec, imageId: string, clock: Clock) {
    this.id = id;
    this.spec = spec;
    this.limits = spec.resources;
    this.createdAt = clock.now();
    this.#imageId = imageId;
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#state.phase === "running";
  }

  /** Resolves when the container has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get record(): ContainerRecord {
    const { pod, sandboxId, name, restartCount, image, labels } = this.spec;
    const { cpuShares, cpuQuota, memoryLimitBytes } = this.limits;
    return {
      id: this.id,
      pod,
      sandboxId,
      name,
      restartCount,
      image,
      imageId: this.#imageId,
      labels,
      limits: { cpuShares, cpuQuota, memoryLimitBytes },
      createdAt: this.createdAt,
      state: this.#state,
    };
  }

  /** Runs the program; the returned promise is its whole life. */
  start(): Promise<void> {
    if (this.#state.phase !== "created") throw new RuntimeError("Failed", "The container was started before");
    const command = this.#command();
    const now = this.#clock.now();
    if (command[0]?.startsWith(MISSING_PROGRAMS)) {
      const error = `exec: "${command[0]}": stat ${command[0]}: no such file or directory`;
      this.#end(127, now, error);
      throw new RuntimeError("StartFailed", error);
    }
    this.#state = { phase: "running", startedAt: now, pid: undefined };
    return this.#run(command, now);
  }

  async stop(graceSeconds: number): Promise<void> {
    if (!this.isRunning) return;
    const hasGrace = graceSeconds > 0;
    this.#killedBy = hasGrace ? SIGTERM : SIGKILL;
    this.#kill.abort();
    await this.ended;
  }

  attach({ stdin }: { readonly stdin: boolean }, signal: AbortSignal): RuntimeStreams {
    const output: Output = { stdout: new ByteChannel(), stderr: new ByteChannel() };
    if (this.isRunning) this.#attached.add(output);
    else this.#close(output);
    signal.addEventListener("abort", () => this.#close(output), { once: true });
    return {
      stdin: stdin
        ? new WritableStream<Uint8Array>({
            write: (chunk) => this.#stdin.push(chunk),
            close: () => (this.spec.stdinOnce ? this.#stdin.close() : undefined),
          })
        : undefined,
      stdout: output.stdout.readable,
      stderr: output.stderr.readable,
      resize: () => Promise.resolve(),
    };
  }

  /** What was logged from `index` on; waits for more while the container runs and `follow` is set. */
  async *lines(index: number, follow: boolean): AsyncGenerator<LogChunk> {
    for (let next = index; ;) {
      const logged = this.#logged.promise;
      for (; next < this.log.length; next += 1) {
        const chunk = this.log[next];
        if (chunk) yield chunk;
      }
      if (!follow || !this.isRunning) return;
      await Promise.race([logged, this.ended]);
    }
  }

  async #run(command: readonly string[], startedAt: number): Promise<void> {
    const running = runFakeProgram(command, {
      clock: this.#clock,
      stdin: this.spec.stdin ? this.#stdin.readable : undefined,
      write: (stream, text) => this.#write(stream, text),
      signal: this.#kill.signal,
    }).catch(() => 0);
    const killed = new Promise<number>((resolve) => {
      this.#kill.signal.addEventListener("abort", () => resolve(this.#exitCodeWhenKilled(command)), { once: true });
    });
    const exitCode = await Promise.race([killed, running]);
    this.#end(this.#killedBy === undefined ? exitCode : this.#exitCodeWhenKilled(command), startedAt, undefined);
  }

  #exitCodeWhenKilled(command: readonly string[]): number {
    const trapped = this.#killedBy === SIGTERM ? trappedExitCode(command) : undefined;
    return trapped ?? 128 + (this.#killedBy ?? SIGKILL);
  }

  #end(exitCode: number, startedAt: number, error: string | undefined): void {
    const signal = exitCode > 128 ? exitCode - 128 : undefined;
    const finishedAt = this.#clock.now();
    this.#state = { phase: "exited", startedAt, finishedAt, exitCode, signal, oomKilled: false, error };
    for (const output of this.#attached) this.#close(output);
    this.#ended.resolve();
  }

  async #write(stream: "stdout" | "stderr", text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    this.log.push({ stream, time: nanoTimestamp(this.#clock.now()), bytes });
    this.#logged.resolve();
    this.#logged = Promise.withResolvers();
    await Promise.all([...this.#attached].map((output) => output[stream].push(bytes)));
  }

  #close(output: Output): void {
    this.#attached.delete(output);
    output.stdout.close();
    output.stderr.close();
  }

  #command(): readonly string[] {
    return [...(this.spec.command ?? []), ...(this.spec.args ?? [])];
  }
}
