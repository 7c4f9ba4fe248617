import { readFile } from "node:fs/promises";

import type { Exec } from "dockerode";

import { errorText, type Logger } from "../../../lib/logger.ts";
import { sleep } from "../../../lib/time/clock.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { RuntimeExecOptions, RuntimeExecSession } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { hijackedStreams } from "./hijacked-streams.ts";

/** How long the engine may take to note the exit code of a command whose output has ended. */
const EXIT_CODE_TIMEOUT_MS = 10_000;

/** Runs a command in a container. When the signal aborts, its streams break and the command is killed where that is possible. */
export async function exec(
  connection: DockerConnection,
  containerId: string,
  options: RuntimeExecOptions,
  log: Logger,
): Promise<RuntimeExecSession> {
  const { command, stdin, tty, signal } = options;
  const session = await connection.call(
    "Creating an exec session",
    (abortSignal) =>
      connection.docker.getContainer(containerId).exec({
        Cmd: [...command],
        AttachStdin: stdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: tty,
        abortSignal,
      }),
    { signal },
  );
  const socket = await connection.call(
    "Starting an exec session",
    (abortSignal) => session.start({ hijack: true, stdin, Detach: false, Tty: tty, abortSignal }),
    { signal },
  );
  const { ended, ...streams } = hijackedStreams(socket, { stdin, tty, signal, passesEndOfInput: true });
  const exitCode = ended.then(
    () => exitCodeOf(connection, session),
    async (error: unknown) => {
      await killCommand(connection, session, containerId).catch((cause: unknown) => {
        log.debug(`Cannot end an abandoned command: ${errorText(cause)}`, { containerId });
      });
      throw error;
    },
  );
  exitCode.catch(() => undefined);
  return {
    ...streams,
    exitCode,
    resize: async ({ width, height }) => {
      await connection.call("Resizing a terminal", (abortSignal) =>
        session.resize({ w: width, h: height, abortSignal }),
      );
    },
  };
}

/** The engine ends the output a moment before it notes the exit code, and has no event for it that names the session's id first. */
async function exitCodeOf(connection: DockerConnection, session: Exec): Promise<number> {
  const { clock } = connection;
  const deadline = clock.now() + EXIT_CODE_TIMEOUT_MS;
  for (let pauseMs = 2; ; pauseMs *= 2) {
    const { ExitCode: exitCode, Running: isRunning } = await inspectExec(connection, session);
    if (!isRunning && exitCode !== null) return exitCode;
    if (clock.now() > deadline) throw new RuntimeError("Failed", "The command's output ended and it has no exit code");
    await sleep(pauseMs, { clock });
  }
}

/**
 * The engine leaves a command running when nobody listens any more. Where its processes are ours to see (same machine,
 * enough rights), this ends it, as other runtimes do.
 */
async function killCommand(connection: DockerConnection, session: Exec, containerId: string): Promise<void> {
  const { Pid: pid, Running: isRunning } = await inspectExec(connection, session);
  if (!isRunning || !pid) return;
  // In another process namespace (Docker Desktop's machine) the number means another process.
  const groups = await readFile(`/proc/${pid}/cgroup`, "utf8");
  if (groups.includes(containerId)) process.kill(pid, "SIGKILL");
}

function inspectExec(connection: DockerConnection, session: Exec) {
  return connection.call("Inspecting an exec session", (abortSignal) => session.inspect({ abortSignal }));
}
