import { nodes } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { isNodeReady } from "../cluster/node.ts";
import { advice, type Finding, type Remedy, run, symptom, waiting, wrong } from "../finding.ts";
import { ageMs, type Snapshot } from "../snapshot.ts";
import { durationWords } from "../subject.ts";
import { containerFindings } from "./containers.ts";

/** Pods that failed, and pods that should be gone. */
export function endFindings(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [terminating(pod, snapshot)];
  if (pod.status?.phase === "Failed") return failed(pod, snapshot);
  return [];
}

function terminating(pod: Pod, snapshot: Snapshot): Finding {
  const { name, namespace, deletionTimestamp, finalizers = [] } = pod.metadata;
  // The timestamp of a deletion is the end of its grace period.
  const overdueMs = snapshot.now - Date.parse(deletionTimestamp ?? "");
  if (overdueMs < 10_000) return waiting("Terminating", "it is being ended, within its grace period");
  const node = pod.spec?.nodeName ? snapshot.find(nodes, pod.spec.nodeName) : undefined;
  const force = run(
    "if its node never comes back, forget the pod",
    `kube delete pod ${name} --force --grace-period=0`,
    namespace,
  );
  if (pod.spec?.nodeName && snapshot.knows(nodes) && !(node && isNodeReady(node)))
    return wrong(
      "NodeGone",
      `it should be gone, but its node ${pod.spec.nodeName} ${node ? "is not Ready" : "does not exist any more"} and nobody there ends it`,
      {
        remedies: [
          ...(node ? [run("see what is wrong with the node", `kube why node ${pod.spec.nodeName}`)] : []),
          force,
        ],
      },
    );
  if (finalizers.length > 0) return symptom("Terminating", "it has ended, and is held by its finalizers");
  return wrong("Terminating", `it should have been gone ${durationWords(overdueMs)} ago`, {
    remedies: [run("see what its node says of it", `kube describe pod ${name}`, namespace), force],
  });
}

function failed(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  const { reason = "", message = "" } = pod.status ?? {};
  const known = REASONS[reason];
  if (known) return [wrong(reason, known.problem, { evidence: [message], remedies: known.remedies })];
  const containers = containerFindings(pod, snapshot).filter(({ severity }) => severity === "error");
  if (containers.length > 0) return containers;
  const since =
    pod.status?.startTime === undefined
      ? ""
      : ` ${durationWords(ageMs(snapshot, pod.status.startTime))} after its start`;
  return [wrong("Failed", `it failed${reason === "" ? since : `: ${reason}`}`, { evidence: [message] })];
}

const REASONS: Readonly<Record<string, { readonly problem: string; readonly remedies: readonly Remedy[] }>> = {
  Evicted: {
    problem: "it was evicted, because its node ran short of what it names",
    remedies: [
      advice("make room on the node, and let pods request what they use: those above their requests go first"),
      run("see what the node has", "kube describe nodes"),
    ],
  },
  DeadlineExceeded: {
    problem: "it ran longer than its activeDeadlineSeconds",
    remedies: [advice("raise activeDeadlineSeconds, or see why it takes so long")],
  },
  NodeLost: { problem: "its node does not answer any more", remedies: [run("see the nodes", "kube get nodes")] },
  NodeAffinity: {
    problem: "its node did not take it: it does not have the labels the pod asks for",
    remedies: [run("see the labels", "kube get nodes --show-labels")],
  },
  UnexpectedAdmissionError: { problem: "its node did not take it", remedies: [] },
  OutOfcpu: { problem: "its node did not take it: it had not enough cpu left", remedies: [] },
  OutOfmemory: { problem: "its node did not take it: it had not enough memory left", remedies: [] },
  OutOfpods: { problem: "its node did not take it: it runs as many pods as it may", remedies: [] },
  NodeShutdown: { problem: "its node was shut down", remedies: [] },
  Terminated: { problem: "its node was shut down", remedies: [] },
  Preempting: {
    problem: "it made room for a pod of higher priority",
    remedies: [advice("give it a higher priorityClassName")],
  },
  Shutdown: { problem: "its node was shut down", remedies: [] },
};
