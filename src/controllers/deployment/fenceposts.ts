import type { Deployment } from "../../api/types/apps-v1.ts";
import { scaledValue } from "../scaled-value.ts";

export const wantedReplicas = (deployment: Deployment): number => deployment.spec?.replicas ?? 1;
export const isRollingUpdate = (deployment: Deployment): boolean => deployment.spec?.strategy?.type === "RollingUpdate";

/** How many pods a rollout may have above the wanted number. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

/** How many pods a rollout may be short of the wanted number. */
export function maxUnavailable(deployment: Deployment): number {
  if (!isRollingUpdate(deployment)) return 0;
  return Math.min(fenceposts(deployment).unavailable, wantedReplicas(deployment));
}

function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge: surgeSetting = 0, maxUnavailable: unavailableSetting = 0 } =
    deployment.spec?.strategy?.rollingUpdate ?? {};
  const replicas = wantedReplicas(deployment);
  const surge = Math.ceil(scaledValue(surgeSetting, replicas));
  const unavailable = Math.floor(scaledValue(unavailableSetting, replicas));
  // Rounding down may leave no room to move at all, and surge may not help for lack of quota.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}
