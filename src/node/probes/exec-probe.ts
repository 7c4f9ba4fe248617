import type { Container, ExecAction } from "../../api/types/core-v1.ts";
import { untilAborted } from "../../lib/abort.ts";
import { execInContainer } from "../container/container-exec.ts";
import { expandVariables } from "../container/variable-expansion.ts";
import { engineText } from "../runtime/runtime-error.ts";
import type { ProbeResult } from "./probe-result.ts";
import type { ProbeTarget } from "./probe-target.ts";

const MOST_OUTPUT = 10 * 1024;

/** Succeeds when the command exits with 0. */
export async function execProbe(
  action: ExecAction,
  { container, containerId, runtime }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const command = (action.command ?? []).map((word) => expandVariables(word, (name) => literal(container, name)));
  try {
    const run = execInContainer(runtime, containerId, command, { signal, maxOutputBytes: MOST_OUTPUT });
    // The engine may be slow to end a command: the probe's time is over all the same.
    const { exitCode, output } = await untilAborted(run, signal);
    return exitCode === 0 ? { outcome: "success" } : { outcome: "failure", output };
  } catch (error) {
    if (signal.aborted) return { outcome: "failure", output: `command timed out: "${command.join(" ")}" timed out` };
    return { outcome: "error", output: engineText(error) };
  }
}

/** Commands of probes see variables with plain values only, as in Kubernetes. */
function literal({ env = [] }: Container, name: string): string | undefined {
  return env.find((variable) => variable.name === name)?.value;
}
