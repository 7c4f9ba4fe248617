import { isPodReady } from "../../api/pod-readiness.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { persistentvolumeclaims, pods, services, statefulsets } from "../../api/resources.ts";
import type { StatefulSet } from "../../api/types/apps-v1.ts";
import { type Finding, run, symptom, waiting, wrong } from "../finding.ts";
import type { Snapshot } from "../snapshot.ts";
import { subject } from "../subject.ts";
import { refusalFindings } from "./creation-refusals.ts";
import { observedFinding, scaledToZero } from "./replicas.ts";

export const statefulSetSubject = subject<StatefulSet>({
  type: statefulsets,
  state: ({ spec, status }) => `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are ready`,
  isIdle: ({ spec }) => spec?.replicas === 0,
  findings: (set, snapshot) => {
    const { metadata, spec, status } = set;
    const wanted = spec?.replicas ?? 1;
    if (wanted === 0) return [scaledToZero(`statefulset ${metadata.name}`, metadata.namespace)];
    const isBehind = (status?.readyReplicas ?? 0) < wanted;
    return [
      ...observedFinding(set),
      ...missingService(set, snapshot),
      ...refusalFindings(set, snapshot),
      ...held(set, snapshot),
      ...(isBehind
        ? [waiting("NotReadyYet", `${wanted - (status?.readyReplicas ?? 0)} of ${wanted} replicas are not ready yet`)]
        : []),
    ];
  },
  related: claimsOf,
});

/** The names of its pods in DNS come from this Service. */
function missingService({ metadata, spec }: StatefulSet, snapshot: Snapshot): readonly Finding[] {
  const name = spec?.serviceName ?? "";
  if (name === "" || !snapshot.knows(services) || snapshot.find(services, name, metadata.namespace)) return [];
  return [
    wrong(
      "ServiceMissing",
      `its Service ${JSON.stringify(name)} (spec.serviceName) does not exist, so its pods have no names in DNS`,
      {
        remedies: [
          run(
            "create it, with a selector of the pods' labels",
            `kube create service clusterip ${name} --clusterip=None`,
            metadata.namespace,
          ),
        ],
      },
    ),
  ];
}

/** One after the other: a pod that is not ready holds those behind it. */
function held(set: StatefulSet, snapshot: Snapshot): readonly Finding[] {
  if (set.spec?.podManagementPolicy === "Parallel") return [];
  const { start = 0 } = set.spec?.ordinals ?? {};
  const wanted = set.spec?.replicas ?? 1;
  for (let ordinal = start; ordinal < start + wanted - 1; ordinal++) {
    const pod = snapshot.find(pods, `${set.metadata.name}-${ordinal}`, set.metadata.namespace);
    if (pod && !isPodReady(pod))
      return [
        symptom(
          "HeldByOrder",
          `its pods come one after the other: those behind ${pod.metadata.name} wait until that one is ready`,
        ),
      ];
  }
  return [];
}

function claimsOf(set: StatefulSet, snapshot: Snapshot): readonly KubeObject[] {
  const names = (set.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => `${metadata.name}-${set.metadata.name}-`);
  return snapshot
    .list(persistentvolumeclaims, set.metadata.namespace)
    .filter(
      ({ metadata, status }) => status?.phase !== "Bound" && names.some((name) => metadata.name?.startsWith(name)),
    );
}
