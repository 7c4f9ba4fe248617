import { isPodReady } from "../../api/pod-readiness.ts";
import { podSummary } from "../../api/pod-summary.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { nodes, persistentvolumeclaims, pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { claimNamesOf } from "../../api/volume-claims.ts";
import { policyFindings } from "../network/isolation.ts";
import type { Snapshot } from "../snapshot.ts";
import { subject, times } from "../subject.ts";
import { containerFindings } from "./containers.ts";
import { endFindings } from "./ending.ts";
import { readinessFindings } from "./readiness.ts";
import { schedulingFindings } from "./scheduling.ts";
import { setupFindings } from "./setup.ts";

export const podSubject = subject<Pod>({
  type: pods,
  state: (pod) => {
    const { status, readyContainers, totalContainers, restarts } = podSummary(pod);
    const restarted = restarts === 0 ? "" : `, restarted ${times(restarts)}`;
    return `${status}, ${readyContainers} of ${totalContainers} containers ready${restarted}`;
  },
  findings: (pod, snapshot) => {
    const ended = endFindings(pod, snapshot);
    if (ended.length > 0 || pod.status?.phase === "Succeeded") return ended;
    if (!pod.spec?.nodeName) return schedulingFindings(pod, snapshot);
    const containers = containerFindings(pod, snapshot);
    const before = containers.some(({ severity }) => severity === "error") ? [] : setupFindings(pod, snapshot);
    return [...before, ...containers, ...readinessFindings(pod, snapshot), ...policyFindings(pod, snapshot)];
  },
  related: relatedObjects,
});

/** What a pod that is ready draws from cannot be what is wrong with it. */
function relatedObjects(pod: Pod, snapshot: Snapshot): readonly KubeObject[] {
  if (isPodReady(pod) || pod.status?.phase === "Succeeded") return [];
  const claims = claimNamesOf(pod).flatMap(
    (name) => snapshot.find(persistentvolumeclaims, name, pod.metadata.namespace) ?? [],
  );
  const node = pod.spec?.nodeName ? snapshot.find(nodes, pod.spec.nodeName) : undefined;
  return node ? [...claims, node] : claims;
}
