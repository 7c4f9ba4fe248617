import type { TCPSocketAction } from "../../api/types/core-v1.ts";
import { errorText } from "../../lib/logger.ts";
import { containerPort } from "../container/container-port.ts";
import { dialErrorText } from "./dial-error.ts";
import type { ProbeResult } from "./probe-result.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** Succeeds when somebody accepts the connection. */
export async function tcpProbe(
  action: TCPSocketAction,
  { container, podIp, dialer }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const host = action.host || podIp;
  const port = containerPort(action.port, container);
  try {
    (await dialer.dial(host, port, signal)).destroy();
    return { outcome: "success" };
  } catch (error) {
    if (signal.aborted) return { outcome: "failure", output: `dial tcp ${host}:${port}: i/o timeout` };
    return { outcome: "failure", output: dialErrorText(error, host, port) ?? errorText(error) };
  }
}
