import { errorText, type Logger } from "../../../lib/logger.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { RuntimeConnection } from "../runtime.ts";
import { connectTcp } from "../tcp-connection.ts";
import type { DockerConnection } from "./connection.ts";
import { LABEL } from "./labels.ts";
import type { NetworkNamespaces } from "./network-namespace.ts";

const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1"] as const;

/**
 * Connects to a port of the pod's own localhost, by making the socket inside the pod's network namespace. That takes root on
 * the engine's machine; without it the pod's address is dialled, which reaches whatever listens on all addresses.
 */
export async function portForward(
  connection: DockerConnection,
  namespaces: NetworkNamespaces | undefined,
  { sandboxId, port, signal, log }: { sandboxId: string; port: number; signal: AbortSignal; log: Logger },
): Promise<RuntimeConnection> {
  const { State, Config, HostConfig } = await connection.call(
    "Inspecting a sandbox",
    (abortSignal) => connection.docker.getContainer(sandboxId).inspect({ abortSignal }),
    { signal },
  );
  if (!State.Running) throw new RuntimeError("NotRunning", "The pod's sandbox is not running");
  const sharesHostNetwork = HostConfig.NetworkMode === "host";
  const dial = sharesHostNetwork ? connectTcp : dialerWithin(namespaces, State.Pid, log);
  if (dial) return await connectToLoopback(dial, port, signal);
  const ip = Config.Labels[LABEL.ip];
  if (ip === undefined) throw new RuntimeError("Unsupported", "The pod has no address that this machine can dial");
  return await connectTcp(ip, port, signal);
}

type Dial = typeof connectTcp;

/** Undefined when the namespace is not ours to enter: no root, or the engine runs on another machine. */
function dialerWithin(namespaces: NetworkNamespaces | undefined, pid: number, log: Logger): Dial | undefined {
  if (!namespaces) return undefined;
  try {
    namespaces.within(pid, () => undefined);
  } catch (error) {
    log.debug(`Dialling the pod's address instead: ${errorText(error)}`, { pid });
    return undefined;
  }
  return (hostname, port, signal) => namespaces.within(pid, () => connectTcp(hostname, port, signal));
}

async function connectToLoopback(dial: Dial, port: number, signal: AbortSignal): Promise<RuntimeConnection> {
  const failures: unknown[] = [];
  for (const address of LOOPBACK_ADDRESSES) {
    try {
      return await dial(address, port, signal);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new RuntimeError("ConnectionRefused", `Nothing listens on port ${port} of the pod`, failures[0]);
}
