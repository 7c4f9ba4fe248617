import type { KubeObject } from "../../api/resource-type.ts";
import { deployments, horizontalpodautoscalersAutoscalingV2, replicasets, statefulsets } from "../../api/resources.ts";
import type { HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";
import { advice, type Finding, note, run, wrong } from "../finding.ts";
import { subject } from "../subject.ts";

export const autoscalerSubject = subject<HorizontalPodAutoscaler>({
  type: horizontalpodautoscalersAutoscalingV2,
  state: ({ spec, status }) =>
    `${status?.currentReplicas ?? 0} replicas, between ${spec?.minReplicas ?? 1} and ${spec?.maxReplicas ?? 1}`,
  findings: (autoscaler, snapshot) => {
    const { metadata, spec, status } = autoscaler;
    const target = spec?.scaleTargetRef;
    const kind = SCALED.find(({ kind: each }) => each === target?.kind);
    if (kind && snapshot.knows(kind) && !snapshot.find<KubeObject>(kind, target?.name ?? "", metadata.namespace))
      return [
        wrong("TargetMissing", `what it should scale does not exist: ${target?.kind} ${target?.name}`, {
          remedies: [advice("mend spec.scaleTargetRef")],
        }),
      ];
    const conditions = status?.conditions ?? [];
    return conditions.flatMap(({ type, status: is, reason = "", message = "" }): readonly Finding[] => {
      if (type === "ScalingLimited" && is === "True")
        return [
          note(
            "AtLimit",
            `it would ${reason === "TooManyReplicas" ? "have more replicas than maxReplicas" : "have fewer replicas than minReplicas"} allows`,
          ),
        ];
      if (is !== "False" || type === "ScalingLimited") return [];
      return [explained(type, reason, message, autoscaler)];
    });
  },
});

const SCALED = [deployments, replicasets, statefulsets] as const;

function explained(
  type: string,
  reason: string,
  message: string,
  { metadata, spec }: HorizontalPodAutoscaler,
): Finding {
  if (reason === "ScalingDisabled") return note("ScalingDisabled", "its target is scaled to 0, which switches it off");
  const resource = /missing request for (\w+)/.exec(message)?.[1];
  if (resource !== undefined)
    return wrong(
      "RequestsMissing",
      `its target's containers do not say how much ${resource} they request, so there is nothing to be a part of`,
      {
        evidence: [message],
        remedies: [
          run(
            "say it",
            `kube set resources ${spec?.scaleTargetRef.kind.toLowerCase()} ${spec?.scaleTargetRef.name} --requests=cpu=100m`,
            metadata.namespace,
          ),
        ],
      },
    );
  return wrong(
    "NotScaling",
    `${type === "AbleToScale" ? "it cannot scale its target" : "it does not know how many replicas are needed"} (${reason})`,
    {
      evidence: [message],
      remedies: [run("see whether there are metrics", "kube top pods", metadata.namespace)],
    },
  );
}
