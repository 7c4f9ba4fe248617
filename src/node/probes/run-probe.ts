import type { Probe } from "../../api/types/core-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { execProbe } from "./exec-probe.ts";
import { grpcProbe } from "./grpc-probe.ts";
import { httpProbe } from "./http-probe.ts";
import type { ProbeResult } from "./probe-result.ts";
import type { ProbeTarget } from "./probe-target.ts";
import { tcpProbe } from "./tcp-probe.ts";

/** Runs a probe once, within its time. Rejects only when `signal` aborts. */
export async function runProbe(
  probe: Probe,
  target: ProbeTarget,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ProbeResult> {
  const over = new AbortController();
  using _ = clock.setTimeout(
    () => over.abort(new Error("The probe's time is over")),
    Math.max(probe.timeoutSeconds ?? 1, 1) * 1000,
  );
  const result = await attempt(probe, target, AbortSignal.any([signal, over.signal]));
  signal.throwIfAborted();
  return result;
}

async function attempt(probe: Probe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeResult> {
  try {
    if (probe.exec) return await execProbe(probe.exec, target, signal);
    if (probe.httpGet) return await httpProbe(probe.httpGet, target, signal);
    if (probe.tcpSocket) return await tcpProbe(probe.tcpSocket, target, signal);
    if (probe.grpc) return await grpcProbe(probe.grpc, target, signal);
    return { outcome: "error", output: "missing probe handler" };
  } catch (error) {
    return { outcome: "error", output: errorText(error) };
  }
}
