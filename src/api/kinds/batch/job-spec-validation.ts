import { checkNotNegative } from "../../field-checks.ts";
import { child, type FieldErrors } from "../../field-errors.ts";
import type { JobSpec } from "../../types/batch-v1.ts";
import { validatePodTemplate } from "../core/pod-validation.ts";
import { validateDomainPrefixedPath } from "../domain-prefixed-path.ts";
import { validatePodFailurePolicy } from "./pod-failure-policy-validation.ts";
import { validateSuccessPolicy } from "./success-policy-validation.ts";

const MAX_MANAGED_BY_BYTES = 63;
const MAX_INDEXED_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
/** With more completions than this, and a backoff limit for each, the other numbers have lower limits. */
const MANY_COMPLETIONS = 100_000;
const LIMIT_WITH_MANY_COMPLETIONS = 10_000;

/** Upstream's validateJobSpec: of Jobs and of the templates of CronJobs, all but the selector. */
export function validateJobSpec(spec: JobSpec, path: string, errors: FieldErrors): void {
  for (const field of COUNTS) checkNotNegative(spec[field], child(path, field), errors);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.required(child(path, "backoffLimitPerIndex"), "when maxFailedIndexes is specified");
  }
  if (spec.managedBy !== undefined) validateManagedBy(spec.managedBy, child(path, "managedBy"), errors);
  validateCompletionMode(spec, path, errors);
  if (spec.podFailurePolicy) validatePodFailurePolicy(spec, child(path, "podFailurePolicy.rules"), errors);
  if (spec.successPolicy) {
    if (spec.completionMode !== "Indexed") {
      errors.invalid(child(path, "successPolicy"), spec.successPolicy, "requires indexed completion mode");
    } else validateSuccessPolicy(spec, child(path, "successPolicy.rules"), errors);
  }
  validateReplacementPolicy(spec, child(path, "podReplacementPolicy"), errors);
  validatePodTemplate(spec.template, child(path, "template"), errors);
  validateRestartPolicy(spec, child(path, "template.spec.restartPolicy"), errors);
}

const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;

function validateManagedBy(managedBy: string, path: string, errors: FieldErrors): void {
  validateDomainPrefixedPath(managedBy, path, errors);
  if (Buffer.byteLength(managedBy) > MAX_MANAGED_BY_BYTES) errors.tooLong(path, MAX_MANAGED_BY_BYTES);
}

function validateCompletionMode(spec: JobSpec, path: string, errors: FieldErrors): void {
  const { completionMode: mode = "NonIndexed", backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (mode === "Indexed") return validateIndexed(spec, path, errors);
  if (mode !== "NonIndexed") {
    return errors.notSupportedInOrder(child(path, "completionMode"), mode, ["NonIndexed", "Indexed"]);
  }
  const detail = "requires indexed completion mode";
  if (backoffLimitPerIndex !== undefined) {
    errors.invalid(child(path, "backoffLimitPerIndex"), backoffLimitPerIndex, detail);
  }
  if (maxFailedIndexes !== undefined) errors.invalid(child(path, "maxFailedIndexes"), maxFailedIndexes, detail);
}

function validateIndexed(spec: JobSpec, path: string, errors: FieldErrors): void {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const parallelismPath = child(path, "parallelism");
  const failedPath = child(path, "maxFailedIndexes");
  if (completions === undefined) {
    errors.required(child(path, "completions"), "when completion mode is Indexed");
  }
  if (parallelism > MAX_INDEXED_PARALLELISM) {
    const detail = `must be less than or equal to ${MAX_INDEXED_PARALLELISM} when completion mode is Indexed`;
    errors.invalid(parallelismPath, parallelism, detail);
  }
  if (completions !== undefined && (maxFailedIndexes ?? 0) > completions) {
    errors.invalid(failedPath, maxFailedIndexes, "must be less than or equal to completions");
  }
  if ((maxFailedIndexes ?? 0) > MAX_FAILED_INDEXES) {
    errors.invalid(failedPath, maxFailedIndexes, `must be less than or equal to ${MAX_FAILED_INDEXES}`);
  }
  if ((completions ?? 0) <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return;
  const limit = `must be less than or equal to ${LIMIT_WITH_MANY_COMPLETIONS} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined) {
    errors.required(failedPath, `must be specified when completions is above ${MANY_COMPLETIONS}`);
  }
  if (parallelism > LIMIT_WITH_MANY_COMPLETIONS) errors.invalid(parallelismPath, parallelism, limit);
  if ((maxFailedIndexes ?? 0) > LIMIT_WITH_MANY_COMPLETIONS) errors.invalid(failedPath, maxFailedIndexes, limit);
}

function validateReplacementPolicy(spec: JobSpec, path: string, errors: FieldErrors): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  const supported = podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (policy !== undefined && !supported.includes(policy)) errors.notSupported(path, policy, supported);
}

/** A Job ends, so its pods may not run for ever; the default of pods does not do. */
function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, path: string, errors: FieldErrors): void {
  const { restartPolicy = "" } = template.spec ?? {};
  if (restartPolicy === "" || restartPolicy === "Always") {
    errors.required(path, 'valid values: "OnFailure", "Never"');
  } else if (restartPolicy !== "OnFailure" && restartPolicy !== "Never") {
    errors.notSupportedInOrder(path, restartPolicy, ["OnFailure", "Never"]);
  } else if (podFailurePolicy && restartPolicy !== "Never") {
    errors.invalid(path, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}
