import type { KubeObject } from "../../api/resource-type.ts";
import { replicasets, replicationcontrollers } from "../../api/resources.ts";
import type { ReplicaSet } from "../../api/types/apps-v1.ts";
import type { ReplicationController } from "../../api/types/core-v1.ts";
import { type Finding, note, run, waiting } from "../finding.ts";
import { type Subject, subject } from "../subject.ts";
import { refusalFindings } from "./creation-refusals.ts";

/** ReplicaSets and ReplicationControllers. */
function replicasSubject<T extends ReplicaSet | ReplicationController>(type: Subject<T>["type"]): Subject {
  return subject<T>({
    type,
    state: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are ready`,
    isIdle: ({ spec }) => spec?.replicas === 0,
    findings: (set, snapshot) => {
      const { metadata, spec } = set;
      // Old ones of a deployment are meant to have none.
      if (spec?.replicas === 0)
        return (metadata.ownerReferences ?? []).length > 0
          ? []
          : [scaledToZero(`${set.kind.toLowerCase()} ${metadata.name}`, metadata.namespace)];
      return refusalFindings(set, snapshot);
    },
  });
}

export const replicaSetSubject = replicasSubject<ReplicaSet>(replicasets);
export const replicationControllerSubject = replicasSubject<ReplicationController>(replicationcontrollers);

export const scaledToZero = (object: string, namespace: string | undefined): Finding =>
  note("ScaledToZero", "it is scaled to 0: it is meant to have no pods", {
    remedies: [run("have some", `kube scale ${object} --replicas=1`, namespace)],
  });

/** A controller that has not seen the newest specification tells of an older one. */
export function observedFinding({ metadata, ...rest }: KubeObject): readonly Finding[] {
  // Workloads have it in their status.
  const { status } = rest as { readonly status?: { readonly observedGeneration?: number } };
  return (status?.observedGeneration ?? 0) < (metadata.generation ?? 0)
    ? [waiting("NotObserved", "its controller has not seen the newest change yet")]
    : [];
}
