import { podCondition } from "../../api/pod-readiness.ts";
import type { Container, ContainerStatus, Pod, Probe } from "../../api/types/core-v1.ts";
import { advice, type Finding, run, symptom, waiting, wrong } from "../finding.ts";
import { ageMs, latestEvent, type Snapshot } from "../snapshot.ts";
import { portText } from "../subject.ts";

/** Why containers that run are not ready, and a pod with ready containers is not. */
export function readinessFindings(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  const statuses = pod.status?.containerStatuses ?? [];
  const found = statuses
    .filter(({ state, ready }) => state?.running && !ready)
    .flatMap((status) => {
      const container = pod.spec?.containers.find(({ name }) => name === status.name);
      return container ? notReady(pod, container, status, snapshot) : [];
    });
  return [...found, ...gateFindings(pod), ...nodeLost(pod)];
}

function notReady(
  pod: Pod,
  container: Container,
  { started, state }: ContainerStatus,
  snapshot: Snapshot,
): readonly Finding[] {
  const kind = container.startupProbe && !started ? "startup" : "readiness";
  const probe = kind === "startup" ? container.startupProbe : container.readinessProbe;
  const answer = latestEvent(snapshot, pod, "Unhealthy")?.message ?? "";
  const runsMs = ageMs(snapshot, state?.running?.startedAt);
  const failed = answer.toLowerCase().startsWith(kind);
  if (!probe || (!failed && runsMs < graceMs(probe)))
    return [waiting("NotReadyYet", `container "${container.name}" runs and is not ready yet`)];
  const target = probeTarget(probe, container);
  // Siblings are not of the same age; their trouble is the same all the same.
  const problem = `container "${container.name}" runs and is not ready: its ${kind} probe (${target.text}) fails`;
  return [
    wrong(kind === "startup" ? "StartupProbeFails" : "ReadinessProbeFails", problem, {
      evidence: [failed ? answer : undefined, target.doubt],
      remedies: [
        ...hints(answer, target),
        run(
          "ask yourself",
          `kube exec ${pod.metadata.name} -c ${container.name} -- ${target.command}`,
          pod.metadata.namespace,
        ),
        run("see what the program says", `kube logs ${pod.metadata.name} -c ${container.name}`, pod.metadata.namespace),
      ],
    }),
  ];
}

const graceMs = ({ initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 }: Probe): number =>
  (initialDelaySeconds + periodSeconds * failureThreshold) * 1000;

interface ProbeTarget {
  readonly text: string;
  readonly command: string;
  /** The port asked is not one that the container declares. */
  readonly doubt: string | undefined;
}

function probeTarget({ httpGet, tcpSocket, grpc, exec }: Probe, container: Container): ProbeTarget {
  const doubtOf = (port: number | string): string | undefined => {
    const declared = (container.ports ?? []).map(({ containerPort, name }) => portText(containerPort, name));
    const isDeclared = (container.ports ?? []).some(
      ({ containerPort, name }) => containerPort === port || name === port,
    );
    return isDeclared || declared.length === 0
      ? undefined
      : `It asks port ${port}; the container declares ${declared.join(", ")}`;
  };
  if (httpGet) {
    const { scheme = "HTTP", path = "/", port } = httpGet;
    const url = `${scheme.toLowerCase()}://localhost:${port}${path}`;
    return { text: `GET ${path} at port ${port}`, command: `wget -qO- ${url}`, doubt: doubtOf(port) };
  }
  if (tcpSocket)
    return {
      text: `a connection to port ${tcpSocket.port}`,
      command: `nc -z localhost ${tcpSocket.port}`,
      doubt: doubtOf(tcpSocket.port),
    };
  if (grpc)
    return {
      text: `gRPC health at port ${grpc.port}`,
      command: `grpc_health_probe -addr=localhost:${grpc.port}`,
      doubt: doubtOf(grpc.port),
    };
  const command = (exec?.command ?? []).map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`)).join(" ");
  return { text: `the command ${command}`, command, doubt: undefined };
}

function hints(answer: string, { doubt }: ProbeTarget) {
  if (doubt !== undefined) return [advice("let the probe ask the port on which the program listens")];
  if (/connection refused/i.test(answer))
    return [
      advice("nothing listens there: see on which port and address the program listens (0.0.0.0, not 127.0.0.1)"),
    ];
  if (/statuscode: 404/.test(answer))
    return [advice("the program answers, but not at this path: mend the path of the probe")];
  if (/statuscode: (401|403)/.test(answer))
    return [advice("the program wants to know who asks: let the probe ask a path that is open")];
  if (/timeout|deadline exceeded|timed out/i.test(answer))
    return [advice("the answer takes longer than timeoutSeconds (1 by default)")];
  return [];
}

function gateFindings(pod: Pod): readonly Finding[] {
  return (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = podCondition(pod, conditionType);
    if (condition?.status === "True") return [];
    const found = condition ? `is ${condition.status}` : "has not been set";
    return [
      wrong(
        "ReadinessGateClosed",
        `it is not ready until the condition ${JSON.stringify(conditionType)} is True, which ${found}`,
        {
          evidence: [condition?.message],
          remedies: [advice("the controller that sets this condition has to do it; see whether it runs")],
        },
      ),
    ];
  });
}

function nodeLost(pod: Pod): readonly Finding[] {
  const ready = podCondition(pod, "Ready");
  if (ready?.status === "True" || ready?.reason === "ContainersNotReady") return [];
  const isRunning =
    pod.status?.phase === "Running" && (pod.status.containerStatuses ?? []).every((status) => status.ready);
  if (!isRunning || (pod.spec?.readinessGates ?? []).length > 0) return [];
  return [
    symptom(
      "NotReady",
      `it is not ready${ready?.reason ? ` (${ready.reason})` : ""}: its node may not answer any more`,
    ),
  ];
}
