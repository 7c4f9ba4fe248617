import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Affinity, Pod, PodTemplateSpec, Toleration } from "../../api/types/core-v1.ts";
import { podFromTemplate } from "../replicas/pod-from-template.ts";
import { REVISION_HASH_LABEL } from "../revision-history.ts";

const NODE_NAME_FIELD = "metadata.name";
const GENERATION_LABEL = "pod-template-generation";
const GENERATION_ANNOTATION = "deprecated.daemonset.template.generation";

/** Whatever is wrong with a node, its daemons stay: they may be what repairs it. */
const TOLERATED: readonly (readonly [key: string, effect: string])[] = [
  ["node.kubernetes.io/not-ready", "NoExecute"],
  ["node.kubernetes.io/unreachable", "NoExecute"],
  ["node.kubernetes.io/disk-pressure", "NoSchedule"],
  ["node.kubernetes.io/memory-pressure", "NoSchedule"],
  ["node.kubernetes.io/pid-pressure", "NoSchedule"],
  ["node.kubernetes.io/unschedulable", "NoSchedule"],
];
const TOLERATED_ON_HOST_NETWORK: readonly (readonly [key: string, effect: string])[] = [
  ["node.kubernetes.io/network-unavailable", "NoSchedule"],
];

/** The template as a daemon's pods have it, on whichever node. */
export function daemonTemplate({ metadata, spec }: DaemonSet, hash: string): PodTemplateSpec {
  const template = spec?.template ?? {};
  const generation = metadata.annotations?.[GENERATION_ANNOTATION];
  const tolerated = [...TOLERATED, ...(template.spec?.hostNetwork === true ? TOLERATED_ON_HOST_NETWORK : [])];
  return {
    ...template,
    metadata: {
      ...template.metadata,
      labels: {
        ...template.metadata?.labels,
        ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
        [REVISION_HASH_LABEL]: hash,
      },
    },
    spec: {
      containers: [],
      ...template.spec,
      tolerations: withTolerations(template.spec?.tolerations ?? [], tolerated),
    },
  };
}

/** A pod for one node. The scheduler binds it, as it binds all pods. */
export function daemonPod(daemonSet: DaemonSet, template: PodTemplateSpec, nodeName: string): Pod {
  const pod = podFromTemplate(template, daemonSet);
  if (!pod.spec) return pod;
  return { ...pod, spec: { ...pod.spec, affinity: pinned(pod.spec.affinity, nodeName) } };
}

/** The node that a pod is on, or is meant for. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === NODE_NAME_FIELD)?.values?.[0];
}

/** What the template says about nodes was decided when the node was chosen. */
function pinned(affinity: Affinity | undefined, nodeName: string): Affinity {
  const matchFields = [{ key: NODE_NAME_FIELD, operator: "In", values: [nodeName] }];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
}

function withTolerations(
  own: readonly Toleration[],
  tolerated: readonly (readonly [key: string, effect: string])[],
): Toleration[] {
  const added = tolerated.map(([key, effect]) => ({ key, operator: "Exists", effect }));
  const isReplaced = (toleration: Toleration): boolean =>
    added.some(
      ({ key, effect }) => key === toleration.key && effect === toleration.effect && toleration.operator === "Exists",
    );
  return [...own.filter((toleration) => !isReplaced(toleration)), ...added];
}
