import { basename } from "node:path";

import { createLogger } from "../lib/logger.ts";
import { systemClock } from "../lib/time/clock.ts";
import type { CliContext } from "./context.ts";

const INTERRUPTED_EXIT_CODE = 130;

/** The context of a real process. */
export function processContext(): CliContext & { exit(): Promise<void> } {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    // A second Ctrl-C does not wait for anything.
    if (interrupt.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    interrupt.abort(new Error("Interrupted"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // `kube get pods | head` closes our output early; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    program: basename(process.argv0).startsWith("kubectl") ? "kubectl" : "kube",
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    log: createLogger({
      level: "warn",
      now: () => systemClock.now(),
      write: (line) => void process.stderr.write(line),
    }),
    signal: interrupt.signal,
    async exit() {
      // An exit throws away what a slow reader has not taken yet; only the end of a stream says that all was taken.
      await Promise.all([ended(process.stdout), ended(process.stderr)]);
      process.exit();
    },
  };
}

const ended = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.end(resolve);
  });
