import { prettyJson } from "../../../../lib/json/pretty-json.ts";
import { unifiedDiff } from "../../../../lib/unified-diff.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { rangeProblems } from "../../../names.ts";
import { semanticEqual } from "../../../semantic-equal.ts";
import type { Container, Pod, PodSchedulingGate, PodSpec, Toleration } from "../../../types/core-v1.ts";
import { gatedPlacementKept } from "./gated-pod-update-validation.ts";
import { validatePodAnnotationUpdate } from "./pod-annotation-validation.ts";

const DEADLINE_MAX_SECONDS = 2 ** 31 - 1;

const UPDATABLE_FIELDS = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

/** What an update of a pod may change; its content is checked by `validatePod`. */
export function validatePodUpdate(pod: Pod, old: Pod, errors: FieldErrors): void {
  validatePodAnnotationUpdate(pod.metadata, old.metadata, errors);
  const spec = pod.spec ?? { containers: [] };
  const oldSpec = old.spec ?? { containers: [] };
  if (!hasSameContainers(spec.containers, oldSpec.containers, "spec.containers", errors)) return;
  if (!hasSameContainers(spec.initContainers, oldSpec.initContainers, "spec.initContainers", errors)) return;
  if (!validateDeadline(spec, oldSpec, "spec.activeDeadlineSeconds", errors)) return;
  validateAddedTolerations(spec.tolerations ?? [], oldSpec.tolerations ?? [], "spec.tolerations", errors);
  validateDeletedGates(spec.schedulingGates ?? [], oldSpec.schedulingGates ?? [], "spec.schedulingGates", errors);
  if (semanticEqual(spec, oldSpec)) return;
  const kept = gatedPlacementKept(withoutUpdatableChanges(spec, oldSpec), oldSpec, "spec", errors);
  if (semanticEqual(kept, oldSpec)) return;
  const diff = unifiedDiff(prettyJson(oldSpec), prettyJson(kept));
  errors.forbidden("spec", `pod updates may not change fields other than ${UPDATABLE_FIELDS}\n${diff}`);
}

function hasSameContainers(
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
  path: string,
  errors: FieldErrors,
): boolean {
  if (containers.length === old.length) return true;
  errors.forbidden(path, "pod updates may not add or remove containers");
  return false;
}

/** A deadline can be set or come closer. False: nothing more can be said of the update. */
function validateDeadline(spec: PodSpec, old: PodSpec, path: string, errors: FieldErrors): boolean {
  const { activeDeadlineSeconds: deadline } = spec;
  const { activeDeadlineSeconds: oldDeadline } = old;
  if (deadline === undefined) {
    if (oldDeadline !== undefined) {
      errors.invalid(path, undefined, "must not update from a positive integer to nil value");
    }
    return true;
  }
  const problems = rangeProblems(deadline, 0, DEADLINE_MAX_SECONDS);
  for (const problem of problems) errors.invalid(path, deadline, problem);
  if (problems.length > 0) return false;
  if (oldDeadline === undefined || deadline <= oldDeadline) return true;
  errors.invalid(path, deadline, "must be less than or equal to previous value");
  return false;
}

function validateAddedTolerations(
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
  path: string,
  errors: FieldErrors,
): void {
  const isKept = (each: Toleration): boolean =>
    tolerations.some((other) => semanticEqual({ ...each, tolerationSeconds: other.tolerationSeconds }, other));
  if (old.every(isKept)) return;
  errors.forbidden(path, "existing toleration can not be modified except its tolerationSeconds");
}

function validateDeletedGates(
  gates: readonly PodSchedulingGate[],
  old: readonly PodSchedulingGate[],
  path: string,
  errors: FieldErrors,
): void {
  const known = new Set(old.map(({ name }) => name));
  gates.forEach(({ name }, index) => {
    if (known.has(name)) return;
    errors.forbidden(
      child(at(path, index), "name"),
      `only deletion is allowed, but found new scheduling gate '${name}'`,
    );
  });
}

/** The new spec with the old values of all that may change. */
function withoutUpdatableChanges(spec: PodSpec, old: PodSpec): PodSpec {
  const oldGracePeriod = old.terminationGracePeriodSeconds;
  const isRepaired = oldGracePeriod !== undefined && oldGracePeriod < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...spec,
    containers: withOldImages(spec.containers, old.containers),
    initContainers: spec.initContainers && withOldImages(spec.initContainers, old.initContainers ?? []),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    terminationGracePeriodSeconds: isRepaired ? oldGracePeriod : spec.terminationGracePeriodSeconds,
  };
}

const withOldImages = (containers: readonly Container[], old: readonly Container[]): Container[] =>
  containers.map((container, index) => ({ ...container, image: old[index]?.image }));
