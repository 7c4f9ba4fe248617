import { existsSync } from "node:fs";

import type { ContainerCreateOptions } from "dockerode";

import { errorText, type Logger } from "../../../lib/logger.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { RuntimeConnection } from "../runtime.ts";
import { attachedStreams } from "./attach.ts";
import { createNamed, removeById, startById } from "./containers.ts";
import type { Engine } from "./engine.ts";
import type { HijackedStreams } from "./hijacked-streams.ts";
import { LABEL } from "./labels.ts";
import { PAUSE_IMAGE } from "./pause-image.ts";
import { systemMounts } from "./system-folders.ts";

const SHELL = "/bin/bash";

/** Says first whether it has connected, then passes bytes until the pod ends the connection. */
const SCRIPT = `
{ exec 3<>"/dev/tcp/127.0.0.1/$0" || exec 3<>"/dev/tcp/::1/$0" || { echo -n "-"; exit; }; } 2>/dev/null
echo -n "+"
cat >&3 <&0 &
exec cat <&3
`;

const CONNECTED = "+".charCodeAt(0);

/**
 * Connects to a port of the pod's localhost through a container in the pod's network that runs this machine's shell: neither
 * an image nor root is needed. It costs a container for each connection, and a shell cannot end one direction alone: the
 * connection lasts until the pod or the caller ends it whole.
 */
export async function relayIntoPod(
  engine: Engine,
  { sandboxId, port, signal, log }: { sandboxId: string; port: number; signal: AbortSignal; log: Logger },
): Promise<RuntimeConnection> {
  const { connection } = engine;
  if (!existsSync(SHELL)) {
    throw new RuntimeError(
      "Unsupported",
      `The pod's own localhost is reached as root, or with ${SHELL} on this machine`,
    );
  }
  const id = await createNamed(connection, relayOptions(engine, sandboxId, port));
  const over = new AbortController();
  const remove = async (): Promise<void> => {
    await removeById(connection, id).catch((error: unknown) => {
      log.warn(`Cannot remove a port-forward's container: ${errorText(error)}`, { id });
    });
  };
  try {
    const streams = await attachedStreams(
      connection,
      id,
      { stdin: true, tty: false, passesEndOfInput: true },
      AbortSignal.any([signal, over.signal]),
    );
    void streams.ended.catch(() => undefined).then(remove);
    await startById(connection, id);
    return await greeted(streams, port, () => over.abort());
  } catch (error) {
    over.abort();
    await remove();
    throw error;
  }
}

function relayOptions({ owner }: Engine, sandboxId: string, port: number): ContainerCreateOptions {
  return {
    Image: PAUSE_IMAGE,
    Entrypoint: [SHELL, "-c", SCRIPT],
    Cmd: [String(port)],
    OpenStdin: true,
    StdinOnce: true,
    // Without a pod's labels it is nobody's container; with the sandbox's it goes when the sandbox does.
    Labels: { [LABEL.cluster]: owner.cluster, [LABEL.node]: owner.node, [LABEL.sandboxId]: sandboxId },
    HostConfig: {
      NetworkMode: `container:${sandboxId}`,
      Mounts: systemMounts(),
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "none", Config: {} },
    },
  };
}

/** The connection, once the relay has said that it has one. */
async function greeted(
  { stdin, stdout, stderr }: HijackedStreams,
  port: number,
  close: () => void,
): Promise<RuntimeConnection> {
  await stderr.cancel();
  const output = stdout.getReader();
  const first = (await output.read()).value ?? new Uint8Array();
  if (first[0] !== CONNECTED || !stdin) {
    throw new RuntimeError("ConnectionRefused", `Nothing listens on port ${port} of the pod`);
  }
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.length > 1) controller.enqueue(first.subarray(1));
    },
    async pull(controller) {
      const { done, value } = await output.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: close,
  });
  return { readable, writable: stdin };
}
