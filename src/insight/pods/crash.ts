import type { Container, ContainerStateTerminated, ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { advice, type Finding, type Remedy, run, wrong } from "../finding.ts";
import { latestEvent, type Snapshot } from "../snapshot.ts";
import { times } from "../subject.ts";

/** The lines of a log that are shown. */
const LOG_LINES = 10;

/** Why a container ended, and does so again and again. */
export function crashFinding(
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  snapshot: Snapshot,
  subject: string,
): Finding {
  const last = status.state?.terminated ?? status.lastState?.terminated;
  const unknown: Death = { code: "Crashes", how: "ends again and again", remedies: [] };
  const { code, how, evidence, remedies } = last ? death(last, pod, container, snapshot) : unknown;
  const restartCount = status.restartCount ?? 0;
  const restarts = restartCount === 0 ? "" : `, and was started again ${times(restartCount)}`;
  const log = snapshot.lastLogOf(pod, container.name);
  const previous = status.state?.terminated ? "" : " --previous";
  return wrong(code, `${subject} ${how}${restarts}`, {
    evidence: [
      evidence,
      ...(last?.message ? [`It left the message: ${last.message}`] : []),
      ...(log === undefined ? [] : [log.trim() === "" ? "Its log is empty" : `The end of its log:\n${lastLines(log)}`]),
    ],
    remedies: [
      ...remedies,
      run(
        "see its whole log",
        `kube logs ${pod.metadata.name} -c ${container.name}${previous}`,
        pod.metadata.namespace,
      ),
    ],
  });
}

const lastLines = (log: string): string =>
  log
    .trimEnd()
    .split("\n")
    .slice(-LOG_LINES)
    .map((line) => `  ${line}`)
    .join("\n");

interface Death {
  readonly code: string;
  readonly how: string;
  readonly evidence?: string | undefined;
  readonly remedies: readonly Remedy[];
}

function death(last: ContainerStateTerminated, pod: Pod, container: Container, snapshot: Snapshot): Death {
  const { exitCode, reason } = last;
  if (reason === "OOMKilled") return outOfMemory(container);
  const unhealthy = latestEvent(snapshot, pod, "Killing");
  const isProbed = unhealthy?.message?.includes(`Container ${container.name} failed`) === true;
  if (isProbed && (exitCode === 137 || exitCode === 143 || exitCode === 0))
    return killedByProbe(pod, container, snapshot);
  if (exitCode === 0)
    return {
      code: "EndsBySelf",
      how: "does its work and ends (exit code 0), but a container of such a pod is meant to run on",
      remedies: [advice("start a program that stays in the foreground, or make it a Job, whose containers may end")],
    };
  return EXITS[exitCode] ?? byCode(exitCode);
}

function outOfMemory({ resources }: Container): Death {
  const limit = resources?.limits?.["memory"];
  return {
    code: "OutOfMemory",
    how: `is killed for using more memory than ${limit === undefined ? "there is" : `its limit of ${limit}`} (OOMKilled)`,
    remedies: [
      advice(
        limit === undefined
          ? "see what uses the memory of the node, and set a limit that keeps the program within bounds"
          : "raise resources.limits.memory, or make the program use less (a JVM or Node needs to be told the limit)",
      ),
    ],
  };
}

function killedByProbe(pod: Pod, { livenessProbe, startupProbe }: Container, snapshot: Snapshot): Death {
  const answer = latestEvent(snapshot, pod, "Unhealthy")?.message;
  const probe = answer?.startsWith("Startup") ? "startup" : "liveness";
  const { failureThreshold = 3, periodSeconds = 10 } = (probe === "startup" ? startupProbe : livenessProbe) ?? {};
  return {
    code: "ProbeKills",
    how: `is killed because its ${probe} probe fails`,
    evidence: answer,
    remedies: [
      advice(`see that the program answers where the probe asks, within ${failureThreshold} x ${periodSeconds} s`),
      advice(
        probe === "startup"
          ? "a program that needs longer to start wants a higher failureThreshold"
          : "a program that is slow to start wants a startupProbe, which holds the liveness probe back",
      ),
    ],
  };
}

const EXITS: Readonly<Record<number, Death>> = {
  1: { code: "Crashes", how: "ends with exit code 1: the program itself reports an error", remedies: [] },
  126: {
    code: "ProgramNotExecutable",
    how: "ends with exit code 126: what it should run cannot be executed",
    remedies: [advice("see that the file is executable, and made for this processor")],
  },
  127: {
    code: "ProgramMissing",
    how: "ends with exit code 127: a program it should run is not there",
    remedies: [advice("mend `command` and `args`, or put the program into the image")],
  },
  128: {
    code: "ProgramMissing",
    how: "could not be started (exit code 128)",
    remedies: [advice("see that `command` names a program of the image")],
  },
  134: { code: "Crashes", how: "aborts (exit code 134, SIGABRT): an assertion or a runtime gave up", remedies: [] },
  137: {
    code: "Killed",
    how: "is killed (exit code 137, SIGKILL)",
    remedies: [
      advice("it did not stop within its grace period, or somebody or something killed it; memory would say OOMKilled"),
    ],
  },
  139: {
    code: "Crashes",
    how: "crashes (exit code 139, SIGSEGV): it touched memory that is not its own",
    remedies: [advice("see that the image is made for this processor, and its libraries fit")],
  },
  143: { code: "Stopped", how: "was asked to stop and did (exit code 143, SIGTERM)", remedies: [] },
};

function byCode(exitCode: number): Death {
  const signal = exitCode > 128 && exitCode < 160 ? ` (signal ${exitCode - 128})` : "";
  return { code: "Crashes", how: `ends with exit code ${exitCode}${signal}`, remedies: [] };
}
