import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { createInterface } from "node:readline";

import { goDuration } from "../../lib/go/go-duration.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { isLocked } from "./lock.ts";
import { runningServer } from "./server-record.ts";
import type { StepListener, StepReport } from "./steps.ts";

/** How a server ends that finds another on its data directory: EX_TEMPFAIL. */
export const ALREADY_RUNNING_EXIT_CODE = 75;
const INTERRUPTED_EXIT_CODE = 130;

export interface LaunchOptions {
  readonly onStep: StepListener;
  /** The step after whose end the server is there for its caller. */
  readonly until: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Starts `kube server` in the background. The child tells its steps on its standard output, a line of JSON each; when the
 * last one is told it closes that stream and lives on alone, its log in a file. Returns false when another server was faster.
 * When the signal aborts before that, or the time is up, the server is ended again.
 */
export async function launchServer(directory: DataDirectory, options: LaunchOptions): Promise<boolean> {
  const { onStep, until, timeoutMs, clock, signal } = options;
  const log = openSync(directory.log, "a", 0o600);
  const logStart = fstatSync(log).size;
  const [program, ...programArgs] = ownCommand();
  const child = spawn(program, [...programArgs, "server", "--name", directory.cluster, "--report", until], {
    detached: true,
    // Not the user's folder: it could not be unmounted while the cluster runs.
    cwd: directory.root,
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  const interrupt = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  let isLate = false;
  const timer = clock.setTimeout(() => {
    isLate = true;
    interrupt();
  }, timeoutMs);
  const outcome = await followSteps(child, { onStep, until }).finally(() => {
    timer.cancel();
    signal.removeEventListener("abort", interrupt);
  });
  child.unref();
  if (outcome === "ready") return true;
  if (outcome === "already running") return false;
  if (signal.aborted) {
    throw new UserError(`Interrupted: cluster "${directory.cluster}" was not started`, {
      exitCode: INTERRUPTED_EXIT_CODE,
    });
  }
  if (isLate) {
    throw new UserError(`Cluster "${directory.cluster}" was not ready within ${goDuration(timeoutMs)}`, {
      hint: `See ${directory.log}; --wait-timeout gives it more time`,
    });
  }
  const failure = outcome;
  throw new UserError(failure.message ?? `Cannot start cluster "${directory.cluster}"`, {
    hint: failure.hint ?? lastLines(directory.log, logStart) ?? `See ${directory.log}`,
  });
}

type Outcome = "ready" | "already running" | Partial<StepReport>;

/** A report is the step that failed. */
async function followSteps(
  child: ChildProcess,
  { onStep, until }: Pick<LaunchOptions, "onStep" | "until">,
): Promise<Outcome> {
  let failed: StepReport | undefined;
  const exited = new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => resolve(code ?? 1));
    child.once("error", reject);
  });
  // It is awaited only once the output has ended.
  exited.catch(() => undefined);
  if (!child.stdout) throw new Error("The server's steps cannot be read");
  for await (const line of createInterface({ input: child.stdout })) {
    // Only our own server writes here, through printStep.
    const report = JSON.parse(line) as StepReport;
    if (report.state === "failed") failed ??= report;
    onStep(report);
    if (report.step === until && report.state === "done") return "ready";
  }
  const code = await exited;
  if (code === ALREADY_RUNNING_EXIT_CODE) return "already running";
  return failed ?? { message: `The cluster's server ended with exit code ${code} before it was ready` };
}

/** The last thing a server tells its launcher. */
export const READY_STEP = "Ready";
/** From its end on the API answers. */
export const API_SERVER_STEP = "API server";

const STOP_TIMEOUT_MS = 90_000;
const POLL_MS = 20;

/** Waits for a server that somebody else starts or stops just now. False: there is none any more. */
export async function becomesReady(
  directory: DataDirectory,
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  while (await isLocked(directory.lock)) {
    const state = (await runningServer(directory))?.state;
    if (state === "running" || state === "paused") return true;
    await sleep(POLL_MS, options);
  }
  return false;
}

/** Asks a running server to end and waits until it is gone. Returns false when none ran. */
export async function stopServer(directory: DataDirectory, clock: Clock): Promise<boolean> {
  const server = await runningServer(directory);
  if (!server) return false;
  askToEnd(server.pid);
  const deadline = clock.now() + STOP_TIMEOUT_MS;
  while (await isLocked(directory.lock)) {
    if (clock.now() > deadline) {
      throw new UserError(
        `The server of cluster "${directory.cluster}" (process ${server.pid}) did not end within ${STOP_TIMEOUT_MS / 1000} s`,
        {
          hint: `See ${directory.log}; "kill -9 ${server.pid}" ends it, and nothing is lost by that`,
        },
      );
    }
    await sleep(POLL_MS, { clock });
  }
  return true;
}

function askToEnd(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    // It ended by itself since we looked.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** How this very program is started: the executable alone, or Bun with our source. */
export function ownCommand(): [string, ...string[]] {
  return Bun.main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, Bun.main];
}

const LOG_TAIL_BYTES = 2000;

/** What a server that died without a word wrote last. */
function lastLines(path: string, from: number): string | undefined {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(size - from, LOG_TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString("utf8").trim();
    return text === "" ? undefined : text;
  } finally {
    closeSync(file);
  }
}
