import { podCondition } from "../../api/pod-readiness.ts";
import { nodes, persistentvolumeclaims, priorityclasses } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { claimNamesOf } from "../../api/volume-claims.ts";
import { advice, type Finding, run, symptom, waiting, wrong } from "../finding.ts";
import { ageMs, latestEvent, type Snapshot } from "../snapshot.ts";
import { count, durationWords, quoted } from "../subject.ts";
import { placementObstacle } from "./placement-obstacles.ts";

/** A scheduler decides within moments. */
const PATIENCE_MS = 15_000;
const DEFAULT_SCHEDULER = "default-scheduler";

/** Why a pod has no node yet. */
export function schedulingFindings(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  const gates = (pod.spec?.schedulingGates ?? []).map(({ name }) => name);
  if (gates.length > 0) return [gated(pod, gates)];
  const scheduled = podCondition(pod, "PodScheduled");
  const message = latestEvent(snapshot, pod, "FailedScheduling")?.message ?? scheduled?.message;
  if (!message || scheduled?.status !== "False") return [unseen(pod, snapshot)];
  if (snapshot.knows(nodes) && snapshot.list(nodes).length === 0)
    return [
      wrong("NoNodes", "the cluster has no node to run it on", { remedies: [run("add a node", "kube node add")] }),
    ];
  const claims = claimProblem(pod, message, snapshot);
  if (claims) return [claims];
  const obstacles = obstaclesIn(message).map(([number, reason]) => placementObstacle(reason, number, pod, snapshot));
  if (obstacles.length === 0)
    return [wrong("Unschedulable", "the scheduler finds no node for it", { evidence: [message] })];
  const total = /^0\/(\d+) nodes/.exec(message)?.[1] ?? "all";
  return obstacles.map((obstacle) => {
    const where = total === "1" ? "the only node" : `${obstacle.nodes} of ${total} nodes`;
    return wrong(obstacle.code, `no node takes it: ${obstacle.problem} (${where})`, obstacle);
  });
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a.b/c: d}. preemption: ...` */
function obstaclesIn(message: string): readonly (readonly [count: number, reason: string])[] {
  const [, reasons = ""] = /nodes are available: (.*?)\.?(?:\. |$)/s.exec(message) ?? [];
  return reasons.split(/, (?=\d+ )/).flatMap((each) => {
    const [, number, reason] = /^(\d+) (.+)$/s.exec(each) ?? [];
    return number === undefined || reason === undefined ? [] : [[Number(number), reason] as const];
  });
}

function gated(pod: Pod, gates: readonly string[]): Finding {
  return wrong("SchedulingGated", `it is kept from being scheduled by ${quoted(gates)}`, {
    remedies: [
      advice("whoever set the gate has to take it away; see whether that controller runs"),
      run(
        "or take all gates away yourself",
        `kube patch pod ${pod.metadata.name} --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'`,
        pod.metadata.namespace,
      ),
    ],
  });
}

function unseen(pod: Pod, snapshot: Snapshot): Finding {
  const { schedulerName = DEFAULT_SCHEDULER } = pod.spec ?? {};
  const sinceMs = ageMs(snapshot, pod.metadata.creationTimestamp);
  if (sinceMs < PATIENCE_MS) return waiting("NotScheduledYet", "the scheduler has not looked at it yet");
  if (schedulerName !== DEFAULT_SCHEDULER)
    return wrong(
      "UnknownScheduler",
      `no scheduler has looked at it for ${durationWords(sinceMs)}: it asks for the one named ${JSON.stringify(schedulerName)}`,
      {
        remedies: [advice(`run that scheduler, or leave spec.schedulerName out to have ${DEFAULT_SCHEDULER}`)],
      },
    );
  return wrong("SchedulerSilent", `the scheduler has not looked at it for ${durationWords(sinceMs)}`, {
    remedies: [run("see whether the control plane is well", "kube get --raw='/readyz?verbose'")],
  });
}

/** The claims of a pod are looked at before its nodes are. */
function claimProblem(pod: Pod, message: string, snapshot: Snapshot): Finding | undefined {
  const missing = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (missing !== undefined) {
    const there = snapshot
      .list(persistentvolumeclaims, pod.metadata.namespace)
      .map(({ metadata }) => metadata.name ?? "");
    return wrong("ClaimMissing", `it uses the PersistentVolumeClaim ${JSON.stringify(missing)}, which does not exist`, {
      evidence: snapshot.knows(persistentvolumeclaims)
        ? [there.length > 0 ? `Claims in the namespace: ${there.join(", ")}` : "There is no claim in the namespace"]
        : [],
      remedies: [advice("create the claim, or mend the name in spec.volumes")],
    });
  }
  if (message.includes("unbound immediate PersistentVolumeClaims")) {
    const names = claimNamesOf(pod);
    return symptom("ClaimUnbound", `${count(names.length, "claim")} it uses (${names.join(", ")}) has no volume yet`);
  }
  const priority = /no PriorityClass with name (\S+)/.exec(message)?.[1];
  if (priority === undefined) return undefined;
  const there = snapshot.list(priorityclasses).map(({ metadata }) => metadata.name ?? "");
  return wrong("PriorityClassMissing", `its PriorityClass ${JSON.stringify(priority)} does not exist`, {
    evidence: snapshot.knows(priorityclasses) ? [`There are: ${there.join(", ")}`] : [],
  });
}
