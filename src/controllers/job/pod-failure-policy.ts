import type {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";

/** What a Job makes of a failed pod. */
export interface FailureVerdict {
  readonly action: "Count" | "Ignore" | "FailIndex" | "FailJob";
  /** Why the Job fails, in upstream's words. */
  readonly message?: string;
}

/** The first rule that speaks of the pod's failure decides; where none does, it counts. */
export function failureVerdict(policy: PodFailurePolicy | undefined, pod: Pod): FailureVerdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const match = matchOf(rule, pod);
    if (match === undefined) continue;
    switch (rule.action) {
      case "FailJob":
        return { action: "FailJob", message: `${match} matching FailJob rule at index ${index}` };
      case "Ignore":
        return { action: "Ignore" };
      case "FailIndex":
        return { action: "FailIndex" };
      default:
        return { action: "Count" };
    }
  }
  return { action: "Count" };
}

/** What of the pod the rule matches. */
function matchOf({ onExitCodes, onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { name = "", namespace = "" } = pod.metadata;
  if (onExitCodes) {
    const found = exitOf(pod, onExitCodes);
    return found && `Container ${found.container} for pod ${namespace}/${name} failed with exit code ${found.exitCode}`;
  }
  const condition = pod.status?.conditions?.find(({ type, status }) =>
    onPodConditions?.some((pattern) => pattern.type === type && (pattern.status ?? "True") === status),
  );
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function exitOf(
  { status }: Pod,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): { readonly container: string; readonly exitCode: number } | undefined {
  for (const { name, state } of [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]) {
    const exitCode = state?.terminated?.exitCode ?? 0;
    const isMeant = containerName === undefined || containerName === name;
    if (exitCode !== 0 && isMeant && values.includes(exitCode) === (operator === "In"))
      return { container: name, exitCode };
  }
  return undefined;
}
