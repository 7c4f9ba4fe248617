import type { Pod } from "./types/core-v1.ts";

/*
 * What nodes declare in status.declaredFeatures, so that pods that need it go to nodes that can (component-helpers/nodedeclaredfeatures).
 * Only what a pod's placement depends on is listed.
 */

const RESTART_ALL_CONTAINERS = "RestartAllContainersOnContainerExits";

/** What a node of ours can do; sorted. */
export const DECLARED_FEATURES: readonly string[] = [RESTART_ALL_CONTAINERS];

export function requiredNodeFeatures({ spec }: Readonly<Pod>): readonly string[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const restartsAll = containers.some(({ restartPolicyRules = [] }) =>
    restartPolicyRules.some(({ action }) => action === "RestartAllContainers"),
  );
  return restartsAll ? [RESTART_ALL_CONTAINERS] : [];
}
