import { checkNotNegative, checkOptional, checkPositive, checkSupported } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { HorizontalPodAutoscaler, HPAScalingPolicy, HPAScalingRules } from "../../types/autoscaling-v2.ts";
import { checkQuantityNotNegative } from "../quantity-checks.ts";
import { checkApiVersion, validateReference } from "./cross-version-reference.ts";
import { validateMetric } from "./metric-validation.ts";

const MAX_PERIOD_SECONDS = 1800;
const MAX_STABILIZATION_SECONDS = 3600;

/** Upstream's validateHorizontalPodAutoscalerSpec. */
export function validateAutoscaler(
  { spec }: HorizontalPodAutoscaler,
  errors: FieldErrors,
  old?: HorizontalPodAutoscaler,
): void {
  const { minReplicas, maxReplicas, scaleTargetRef: target, metrics = [], behavior } = spec;
  const lowest = old?.spec.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < lowest) {
    errors.invalid("spec.minReplicas", minReplicas, `must be greater than or equal to ${lowest}`);
  }
  if (maxReplicas === 0) errors.required("spec.maxReplicas", "must be set and greater than 0");
  else if (maxReplicas < 0) errors.invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to 1");
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`");
  }
  const oldTarget = old?.spec.scaleTargetRef;
  validateReference(target, "spec.scaleTargetRef", errors);
  // Only ReplicationControllers can be scaled in the core group. What an update does not change may stay.
  if (!oldTarget || oldTarget.apiVersion !== target.apiVersion || oldTarget.kind !== target.kind) {
    checkApiVersion(target, { allowsCore: target.kind === "ReplicationController" }, "spec.scaleTargetRef", errors);
  }
  metrics.forEach((metric, index) => validateMetric(metric, at("spec.metrics", index), errors));
  if (minReplicas === 0 && !metrics.some(({ type }) => type === "Object" || type === "External")) {
    const detail = "must specify at least one Object or External metric to support scaling to zero replicas";
    errors.forbidden("spec.metrics", detail);
  }
  if (behavior?.scaleUp) validateRules(behavior.scaleUp, "spec.behavior.scaleUp", errors);
  if (behavior?.scaleDown) validateRules(behavior.scaleDown, "spec.behavior.scaleDown", errors);
}

export function validateAutoscalerStatus(
  { status }: HorizontalPodAutoscaler,
  _old: HorizontalPodAutoscaler,
  errors: FieldErrors,
): void {
  checkNotNegative(status?.currentReplicas, "status.currentReplicas", errors);
  checkNotNegative(status?.desiredReplicas, "status.desiredReplicas", errors);
}

function validateRules(rules: HPAScalingRules, path: string, errors: FieldErrors): void {
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies = [], tolerance } = rules;
  const windowPath = child(path, "stabilizationWindowSeconds");
  if (window < 0) errors.invalid(windowPath, window, "must be greater than or equal to zero");
  if (window > MAX_STABILIZATION_SECONDS) {
    errors.invalid(windowPath, window, `must be less than or equal to ${MAX_STABILIZATION_SECONDS}`);
  }
  checkOptional(selectPolicy, ["Disabled", "Max", "Min"], child(path, "selectPolicy"), errors);
  const policiesPath = child(path, "policies");
  if (policies.length === 0) errors.required(policiesPath, "must specify at least one Policy");
  policies.forEach((policy, index) => validatePolicy(policy, at(policiesPath, index), errors));
  checkQuantityNotNegative(tolerance, child(path, "tolerance"), errors);
}

function validatePolicy({ type, value, periodSeconds }: HPAScalingPolicy, path: string, errors: FieldErrors): void {
  checkSupported(type, ["Percent", "Pods"], child(path, "type"), errors);
  checkPositive(value, child(path, "value"), errors);
  checkPositive(periodSeconds, child(path, "periodSeconds"), errors);
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    errors.invalid(child(path, "periodSeconds"), periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`);
  }
}
