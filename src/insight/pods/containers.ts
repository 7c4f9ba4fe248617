import { isSidecar } from "../../api/pod-resources.ts";
import type { Container, ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { advice, type Finding, note, run, waiting, wrong } from "../finding.ts";
import { ageMs, latestEvent, type Snapshot } from "../snapshot.ts";
import { durationWords, times } from "../subject.ts";
import { crashFinding } from "./crash.ts";
import { imageFinding } from "./images.ts";
import { demandsNonRoot, nonRoot } from "./non-root.ts";
import { configFindings } from "./references.ts";

const IMAGE_REASONS: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
]);

/** What each container of a pod waits for, or died of. */
export function containerFindings(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  const { spec, status } = pod;
  const initial = pair(spec?.initContainers, status?.initContainerStatuses);
  const blocking = initial.find(([container, state]) => !isThrough(container, state));
  // The containers behind it have not been tried.
  if (blocking)
    return containerFinding(pod, blocking[0], blocking[1], snapshot, `init container "${blocking[0].name}"`);
  return pair(spec?.containers, status?.containerStatuses).flatMap(([container, state]) =>
    containerFinding(pod, container, state, snapshot, `container "${container.name}"`),
  );
}

type Pair = readonly [Container, ContainerStatus];

function pair(containers: readonly Container[] = [], statuses: readonly ContainerStatus[] = []): readonly Pair[] {
  return containers.flatMap((container): Pair[] => {
    const status = statuses.find(({ name }) => name === container.name);
    return status ? [[container, status]] : [];
  });
}

const isThrough = (container: Container, { state, started }: ContainerStatus): boolean =>
  state?.terminated?.exitCode === 0 || (isSidecar(container) && started === true);

function containerFinding(
  pod: Pod,
  container: Container,
  status: ContainerStatus,
  snapshot: Snapshot,
  subject: string,
): readonly Finding[] {
  const { waiting: wait, terminated, running } = status.state ?? {};
  const reason = wait?.reason ?? "";
  if (IMAGE_REASONS.has(reason)) return [imageFinding(pod, container, wait ?? {}, snapshot, subject)];
  switch (reason) {
    case "CrashLoopBackOff":
      return [crashFinding(pod, container, status, snapshot, subject)];
    case "CreateContainerConfigError":
      return configFindings(pod, container, wait?.message ?? "", snapshot, subject);
    case "CreateContainerError":
    case "RunContainerError":
    case "StartError":
      return [startFinding(container, wait?.message ?? "", subject)];
    case "ContainerCreating":
    case "PodInitializing":
      return [creating(pod, snapshot, subject)];
    case "":
      break;
    default:
      return [wrong("ContainerWaits", `${subject} waits: ${reason}`, { evidence: [wait?.message] })];
  }
  if (terminated && terminated.exitCode !== 0) return [crashFinding(pod, container, status, snapshot, subject)];
  if (running && (status.restartCount ?? 0) > 0 && status.ready) return restarted(pod, status, snapshot, subject);
  if (running && subject.startsWith("init"))
    return [
      waiting(
        "InitRunning",
        `${subject} runs and has not ended for ${durationWords(ageMs(snapshot, running.startedAt))}; the others wait for it`,
        {
          remedies: [
            run("see what it does", `kube logs ${pod.metadata.name} -c ${container.name}`, pod.metadata.namespace),
          ],
        },
      ),
    ];
  return [];
}

function creating(pod: Pod, snapshot: Snapshot, subject: string): Finding {
  const pulling = latestEvent(snapshot, pod, "Pulling", "Pulled", "Failed");
  if (pulling?.reason === "Pulling")
    return waiting("Pulling", `${subject} waits for its image`, { evidence: [pulling.message] });
  return waiting("Creating", `${subject} is being made`);
}

/** It is well now, which makes what ended it before worth knowing only. */
function restarted(pod: Pod, status: ContainerStatus, snapshot: Snapshot, subject: string): readonly Finding[] {
  const last = status.lastState?.terminated;
  if (!last || last.exitCode === 0) return [];
  const how = last.reason === "OOMKilled" ? "ran out of memory" : `ended with exit code ${last.exitCode}`;
  const since = last.finishedAt === undefined ? "" : `, ${durationWords(ageMs(snapshot, last.finishedAt))} ago`;
  return [
    note("Restarted", `${subject} was started again ${times(status.restartCount)}; the last time it ${how}${since}`, {
      remedies: [
        run(
          "see its log of then",
          `kube logs ${pod.metadata.name} -c ${status.name} --previous`,
          pod.metadata.namespace,
        ),
      ],
    }),
  ];
}

function startFinding(container: Container, message: string, subject: string): Finding {
  const program = (container.command ?? container.args ?? [])[0];
  const evidence = [message];
  if (/executable file not found|no such file or directory/i.test(message))
    return wrong(
      "ProgramMissing",
      `${subject} cannot start: ${program === undefined ? "its program" : JSON.stringify(program)} is not in the image ${container.image}`,
      {
        evidence,
        remedies: [
          advice("mend `command` of the container; `args` alone go to the image's own program"),
          imageLook(container),
        ],
      },
    );
  if (/permission denied/i.test(message))
    return wrong("ProgramNotExecutable", `${subject} cannot start: its program may not be executed`, {
      evidence,
      remedies: [
        advice("give the file its x bit when the image is built (RUN chmod +x), or run it by its interpreter"),
        imageLook(container),
      ],
    });
  if (demandsNonRoot(message)) return nonRoot(subject, evidence);
  if (/port is already allocated|address already in use/i.test(message))
    return wrong("PortTaken", `${subject} cannot start: a port it wants is taken`, {
      evidence,
      remedies: [run("see who listens", "ss -ltnp")],
    });
  return wrong("CannotStart", `${subject} cannot be started`, { evidence });
}

const imageLook = ({ image = "" }: Container) =>
  run("see what the image starts", `docker image inspect -f '{{.Config.Entrypoint}} {{.Config.Cmd}}' ${image}`);
