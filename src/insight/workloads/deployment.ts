import { deployments } from "../../api/resources.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import { type Finding, note, run, symptom, waiting } from "../finding.ts";
import { subject } from "../subject.ts";
import { observedFinding, scaledToZero } from "./replicas.ts";

export const deploymentSubject = subject<Deployment>({
  type: deployments,
  state: ({ spec, status }) => `${status?.availableReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are available`,
  isIdle: ({ spec }) => spec?.replicas === 0,
  findings: (deployment) => {
    const { metadata, spec, status } = deployment;
    const wanted = spec?.replicas ?? 1;
    if (wanted === 0) return [scaledToZero(`deployment ${metadata.name}`, metadata.namespace)];
    return [
      ...observedFinding(deployment),
      ...paused(deployment),
      ...progress(deployment),
      ...((status?.availableReplicas ?? 0) < wanted && !isStuck(deployment)
        ? [
            waiting(
              "NotAvailableYet",
              `${wanted - (status?.availableReplicas ?? 0)} of ${wanted} replicas are not available yet`,
            ),
          ]
        : []),
    ];
  },
});

const isStuck = ({ status }: Deployment): boolean =>
  status?.conditions?.some(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded") ===
  true;

function progress(deployment: Deployment): readonly Finding[] {
  if (!isStuck(deployment)) return [];
  const { metadata, spec } = deployment;
  return [
    symptom("RolloutStuck", `its rollout has made no progress for ${spec?.progressDeadlineSeconds ?? 600} s`, {
      remedies: [
        run("go back to the version before", `kube rollout undo deployment ${metadata.name}`, metadata.namespace),
      ],
    }),
  ];
}

function paused({ metadata, spec, status }: Deployment): readonly Finding[] {
  if (spec?.paused !== true) return [];
  const isBehind = (status?.updatedReplicas ?? 0) < (spec.replicas ?? 1);
  const tell = isBehind ? symptom : note;
  return [
    tell("Paused", "it is paused: changes of its template are not rolled out", {
      remedies: [run("let it go on", `kube rollout resume deployment ${metadata.name}`, metadata.namespace)],
    }),
  ];
}
