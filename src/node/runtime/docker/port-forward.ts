import { errorText, type Logger } from "../../../lib/logger.ts";
import { isRuntimeError, RuntimeError } from "../runtime-error.ts";
import type { RuntimeConnection } from "../runtime.ts";
import { connectTcp } from "../tcp-connection.ts";
import type { Engine } from "./engine.ts";
import { LABEL, labelFilter } from "./labels.ts";
import type { NetworkNamespaces } from "./network-namespace.ts";
import { relayIntoPod } from "./relay-container.ts";

const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1"] as const;

/**
 * Connects to a port of the pod's own localhost, by making the socket inside the pod's network namespace. That takes root on
 * the engine's machine; without it the pod's address is dialled, which reaches whatever listens on all addresses, and then a
 * container in the pod's network.
 */
export async function portForward(
  engine: Engine,
  namespaces: NetworkNamespaces | undefined,
  { podUid, port, signal, log }: { podUid: string; port: number; signal: AbortSignal; log: Logger },
): Promise<RuntimeConnection> {
  const sandbox = await runningSandbox(engine, podUid, signal);
  const dial = sandbox.hasHostNetwork ? connectTcp : dialerWithin(namespaces, sandbox.pid, log);
  if (dial) return await connectToLoopback(dial, port, signal);
  return await connectFromOutside(engine, sandbox, { port, signal, log });
}

/** The address first: it costs nothing. Neither way leads into the virtual machine that Docker has on other systems. */
async function connectFromOutside(
  engine: Engine,
  { id: sandboxId, ip }: RunningSandbox,
  { port, signal, log }: { port: number; signal: AbortSignal; log: Logger },
): Promise<RuntimeConnection> {
  if (process.platform !== "linux") {
    throw new RuntimeError(
      "Unsupported",
      "Pods run in Docker's virtual machine, whose network this system cannot reach",
    );
  }
  if (ip !== undefined) {
    try {
      return await connectTcp(ip, port, signal);
    } catch (error) {
      if (!isRuntimeError(error, "ConnectionRefused")) throw error;
    }
  }
  return await relayIntoPod(engine, { sandboxId, port, signal, log });
}

interface RunningSandbox {
  readonly id: string;
  readonly pid: number;
  readonly ip: string | undefined;
  readonly hasHostNetwork: boolean;
}

async function runningSandbox(
  { connection, owner }: Engine,
  podUid: string,
  signal: AbortSignal,
): Promise<RunningSandbox> {
  const { docker } = connection;
  const filters = { label: labelFilter(owner, `${LABEL.type}=sandbox`, `${LABEL.podUid}=${podUid}`) };
  const [sandbox] = await connection.call(
    "Looking for a pod's sandbox",
    (abortSignal) => docker.listContainers({ filters, abortSignal }),
    { signal },
  );
  if (!sandbox) throw new RuntimeError("NotFound", "The pod has no running sandbox");
  const { State, HostConfig } = await connection.call(
    "Inspecting a sandbox",
    (abortSignal) => docker.getContainer(sandbox.Id).inspect({ abortSignal }),
    { signal },
  );
  return {
    id: sandbox.Id,
    pid: State.Pid,
    ip: sandbox.Labels[LABEL.ip],
    hasHostNetwork: HostConfig.NetworkMode === "host",
  };
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

/** As the kubelet's runtimes do: first the old address, then the new one. */
async function connectToLoopback(dial: Dial, port: number, signal: AbortSignal): Promise<RuntimeConnection> {
  const failures: unknown[] = [];
  for (const address of LOOPBACK_ADDRESSES) {
    try {
      return await dial(address, port, signal);
    } catch (error) {
      if (!isRuntimeError(error, "ConnectionRefused")) throw error;
      failures.push(error);
    }
  }
  throw new RuntimeError("ConnectionRefused", `Nothing listens on port ${port} of the pod`, failures[0]);
}
