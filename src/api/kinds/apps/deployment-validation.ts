import { checkNotNegative } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Deployment, DeploymentSpec } from "../../types/apps-v1.ts";
import { validatePodTemplate } from "../core/pod-validation.ts";
import { checkAtMost100Percent, checkIntOrPercent, isNone } from "../int-or-percent.ts";
import { checkCollisionCount, checkCounts, checkParts } from "../replica-counts.ts";
import {
  checkRunsForever,
  checkSelectsTemplate,
  selectorMatcher,
  validateOwnSelector,
} from "../template-owner-validation.ts";

/** Upstream's ValidateDeploymentSpec. */
export function validateDeployment({ spec }: Deployment, errors: FieldErrors): void {
  if (!spec) return;
  checkNotNegative(spec.replicas, "spec.replicas", errors);
  const texts = { owner: "deployment", malformed: "invalid label selector" };
  if (validateOwnSelector(spec.selector, texts, errors)) {
    checkSelectsTemplate(selectorMatcher(spec.selector), spec.template, "spec.template", errors);
    validatePodTemplate(spec.template, "spec.template", errors);
    checkRunsForever(spec.template, "ReplicaSet", "spec.template", errors);
  }
  validateStrategy(spec, errors);
  checkNotNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  checkNotNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  validateDeadline(spec, errors);
}

const MAX_UNAVAILABLE = "spec.strategy.rollingUpdate.maxUnavailable";

function validateStrategy({ strategy = {} }: DeploymentSpec, errors: FieldErrors): void {
  const { type = "", rollingUpdate } = strategy;
  if (type === "Recreate") {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    if (rollingUpdate) errors.forbidden("spec.strategy.rollingUpdate", detail);
  } else if (type === "RollingUpdate") {
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
    checkIntOrPercent(maxUnavailable, MAX_UNAVAILABLE, errors);
    checkIntOrPercent(maxSurge, "spec.strategy.rollingUpdate.maxSurge", errors);
    if (isNone(maxUnavailable) && isNone(maxSurge)) {
      errors.invalid(MAX_UNAVAILABLE, maxUnavailable, "may not be 0 when `maxSurge` is 0");
    }
    checkAtMost100Percent(maxUnavailable, MAX_UNAVAILABLE, errors);
  } else {
    // Upstream shows its internal type here.
    const shown = rollingUpdate
      ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 }
      : null;
    errors.notSupported("spec.strategy", { Type: type, RollingUpdate: shown }, ["Recreate", "RollingUpdate"]);
  }
}

function validateDeadline({ progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec, errors: FieldErrors): void {
  const path = "spec.progressDeadlineSeconds";
  checkNotNegative(progressDeadlineSeconds, path, errors);
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    errors.invalid(path, progressDeadlineSeconds, "must be greater than minReadySeconds");
  }
}

export function validateDeploymentStatus({ status }: Deployment, old: Deployment, errors: FieldErrors): void {
  const counts = [
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
    "collisionCount",
  ] as const;
  const ofAll = { whole: "replicas", detail: "cannot be greater than status.replicas" } as const;
  checkCounts(status, counts, errors);
  checkParts(status, ["updatedReplicas", "readyReplicas", "availableReplicas"], ofAll, errors);
  const ofReady = { whole: "readyReplicas", detail: "cannot be greater than readyReplicas" } as const;
  checkParts(status, ["availableReplicas"], ofReady, errors);
  checkCollisionCount(status, old.status, errors);
}
