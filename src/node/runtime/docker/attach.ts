import type { Duplex } from "node:stream";

import type { RuntimeStreams } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { type HijackedStreams, hijackedStreams } from "./hijacked-streams.ts";

export interface AttachOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Takes part in what a container's main process writes and reads, from now on. */
export async function attach(
  connection: DockerConnection,
  containerId: string,
  options: AttachOptions,
  signal: AbortSignal,
): Promise<RuntimeStreams> {
  const { Config } = await connection.call(
    "Inspecting a container",
    (abortSignal) => connection.docker.getContainer(containerId).inspect({ abortSignal }),
    { signal },
  );
  const { stdin, stdout, stderr } = await attachedStreams(
    connection,
    containerId,
    // When one caller's input ends and the container's goes on, the engine would cut off this caller's output.
    { ...options, passesEndOfInput: Config.StdinOnce },
    signal,
  );
  return {
    stdin,
    stdout,
    stderr,
    resize: async ({ width, height }) => {
      await connection.call("Resizing a terminal", (abortSignal) =>
        connection.docker.getContainer(containerId).resize({ w: width, h: height, abortSignal }),
      );
    },
  };
}

/** The bare streams, of a container that need not run yet. */
export async function attachedStreams(
  connection: DockerConnection,
  containerId: string,
  { stdin, tty, passesEndOfInput }: AttachOptions & { readonly passesEndOfInput: boolean },
  signal: AbortSignal,
): Promise<HijackedStreams> {
  const wanted = { stream: true, stdin, stdout: true, stderr: true, hijack: true };
  const socket = await connection.call(
    "Attaching to a container",
    (abortSignal) => connection.docker.getContainer(containerId).attach({ ...wanted, abortSignal }),
    { signal },
  );
  // dockerode's type leaves out that a hijacked stream is the socket.
  return hijackedStreams(socket as unknown as Duplex, { stdin, tty, passesEndOfInput, signal });
}
