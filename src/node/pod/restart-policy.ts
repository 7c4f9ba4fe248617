import type { Container, ContainerRestartRule, Pod } from "../../api/types/core-v1.ts";

/** Whether a container of the pod runs again after it ended with `exitCode`. */
export function restartsAfter(container: Container, pod: Readonly<Pod>, exitCode: number): boolean {
  const rule = matchingRule(container, exitCode);
  if (rule) return rule.action === "Restart" || rule.action === "RestartAllContainers";
  const policy = restartPolicyOf(container, pod);
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

/** The first rule for an exit code. */
export function matchingRule(container: Container, exitCode: number): ContainerRestartRule | undefined {
  return container.restartPolicyRules?.find(({ exitCodes }) => {
    if (!exitCodes) return false;
    const isListed = exitCodes.values?.includes(exitCode) ?? false;
    return exitCodes.operator === "NotIn" ? !isListed : isListed;
  });
}

/** Whether a container runs again after the node killed it: its exit code is then its own affair. */
export function restartsAfterKill(container: Container, pod: Readonly<Pod>): boolean {
  return restartPolicyOf(container, pod) !== "Never";
}

function restartPolicyOf(container: Container, pod: Readonly<Pod>): string {
  return container.restartPolicy ?? pod.spec?.restartPolicy ?? "Always";
}
