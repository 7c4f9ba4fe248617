import { apiError } from "../../api/api-error.ts";
import type { Container, EphemeralContainer, Pod } from "../../api/types/core-v1.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { isRuntimeError } from "../runtime/runtime-error.ts";
import type { ContainerRuntime, RuntimeConnection, RuntimeExecSession, RuntimeStreams } from "../runtime/runtime.ts";
import { logBytes } from "./log-bytes.ts";
import { loggedContainer, runningContainerId } from "./logged-container.ts";
import { joinTerminal, type TerminalStreams } from "./terminal.ts";

export interface LogRequest {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number | undefined;
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  readonly stream?: "All" | "Stdout" | "Stderr" | undefined;
}

export interface AttachRequest {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
}

export interface ExecRequest extends AttachRequest {
  readonly command: readonly string[];
}

export interface NodeConnectionOptions {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What the API server asks of a node about a pod's containers. The pod it hands over names them: their ids come from its
 * status. Refusals are ApiErrors in the kubelet's words.
 */
export function createNodeConnection({ runtime, clock, log }: NodeConnectionOptions) {
  return {
    async logs(pod: Pod, request: LogRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
      const container = loggedContainer(pod, request.container, request.previous);
      if (container.type === "none") throw apiError("BadRequest", container.message);
      const { follow, tailLines, timestamps, limitBytes, stream = "All" } = request;
      const sinceMs = startOf(request, clock);
      try {
        const chunks = await runtime.logs(container.id, { follow, sinceMs, tailLines }, signal);
        return logBytes(chunks, { timestamps, limitBytes, stream });
      } catch (error) {
        if (!isRuntimeError(error, "NotFound")) throw error;
        throw apiError("BadRequest", `unable to retrieve container logs for ${runtime.name}://${container.id}`);
      }
    },

    async exec(pod: Pod, request: ExecRequest, streams: TerminalStreams): Promise<{ readonly exitCode: number }> {
      const missing = `container not found ("${request.container}")`;
      const id = runningContainerId(pod, request.container);
      if (id === undefined) throw apiError("InternalError", missing);
      const { command, stdin, tty } = request;
      const session = await startSession(
        streams,
        (signal) => runtime.exec(id, { command, stdin, tty, signal }),
        missing,
      );
      await session.join();
      return { exitCode: await session.process.exitCode };
    },

    async attach(pod: Pod, request: AttachRequest, streams: TerminalStreams): Promise<{ readonly exitCode: number }> {
      const missing = `container ${request.container} not found in pod ${fullName(pod)}`;
      const id = runningContainerId(pod, request.container);
      if (id === undefined) throw apiError("InternalError", missing);
      // What the container was made with decides: a running process cannot get or lose its terminal.
      const tty = containerSpec(pod, request.container)?.tty ?? false;
      const { stdin } = request;
      const session = await startSession(streams, (signal) => runtime.attach(id, { stdin, tty }, signal), missing);
      await session.join();
      return { exitCode: 0 };
    },

    async portForward(pod: Pod, port: number, signal: AbortSignal): Promise<RuntimeConnection> {
      try {
        return await runtime.portForward(pod.metadata?.uid ?? "", port, signal);
      } catch (error) {
        if (isRuntimeError(error, "NotFound")) throw apiError("InternalError", `pod not found ("${fullName(pod)}")`);
        const message = `error forwarding port ${port} to pod ${pod.metadata?.name}, uid ${pod.metadata?.uid}`;
        throw apiError("InternalError", `${message}: ${errorText(error)}`);
      }
    },
  };

  /** A client that cannot be written to any more is gone: its process must not run on unseen. */
  async function startSession<T extends RuntimeStreams | RuntimeExecSession>(
    client: TerminalStreams,
    start: (signal: AbortSignal) => Promise<T>,
    missing: string,
  ) {
    const gone = new AbortController();
    const process = await start(AbortSignal.any([client.signal, gone.signal])).catch((error: unknown) => {
      const hasEnded = isRuntimeError(error, "NotFound") || isRuntimeError(error, "NotRunning");
      throw hasEnded ? apiError("InternalError", missing) : error;
    });
    const join = async (): Promise<void> => {
      try {
        await joinTerminal(process, client, log);
      } catch (error) {
        gone.abort(error);
        throw error;
      }
    };
    return { process, join };
  }
}

/** From when on lines are shown; undefined shows all. */
function startOf({ sinceSeconds, sinceTime }: LogRequest, clock: Clock): number | undefined {
  if (sinceSeconds !== undefined) return clock.now() - sinceSeconds * 1000;
  return sinceTime === undefined ? undefined : Date.parse(sinceTime);
}

function containerSpec({ spec }: Pod, name: string): Container | EphemeralContainer | undefined {
  const lists = [spec?.containers, spec?.initContainers, spec?.ephemeralContainers];
  return lists.flatMap<Container | EphemeralContainer>((containers) => containers ?? []).find((c) => c.name === name);
}

/** The kubelet's name for a pod in its messages. */
const fullName = (pod: Pod): string => `${pod.metadata?.name}_${pod.metadata?.namespace}`;
