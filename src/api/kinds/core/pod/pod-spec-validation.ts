/**
 * Validation of what pods and their templates want (pkg/apis/core/validation/validation.go, ValidatePodSpec), with the features
 * that are on by default in 1.36. What upstream still accepts from objects that older versions stored is not accepted here:
 * there are none.
 */
import { checkDnsSubdomain, checkFormat, checkLabelKey } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { validateLabels } from "../../../label-selector.ts";
import { rangeProblems } from "../../../names.ts";
import type { PodReadinessGate, PodSchedulingGate, PodSpec } from "../../../types/core-v1.ts";
import { validateTolerations } from "../toleration-validation.ts";
import { validateAffinity } from "./affinity-validation.ts";
import {
  type ContainerSurroundings,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from "./container-validation.ts";
import { containersWithPaths } from "./pod-containers.ts";
import { validatePodNetwork } from "./pod-network-validation.ts";
import { validateOs } from "./pod-os-validation.ts";
import { validateResourceClaims } from "./resource-claim-validation.ts";
import { validateOverhead, validatePodResources } from "./resource-validation.ts";
import { validatePodSecurityContext } from "./security-context-validation.ts";
import { validateTopologySpreadConstraints } from "./topology-spread-validation.ts";
import type { VolumeOwner } from "./volume-sources.ts";
import { validateVolumes } from "./volume-validation.ts";
import { validateHostProcess } from "./windows-validation.ts";

const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const PREEMPTION_POLICIES = ["PreemptLowerPriority", "Never"];
const DEADLINE_MAX_SECONDS = 2 ** 31 - 1;

export function validatePodSpec(spec: PodSpec, owner: VolumeOwner, path: string, errors: FieldErrors): void {
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.required(child(path, "terminationGracePeriodSeconds"), "");
  }
  const volumes = validateVolumes(spec.volumes, owner, child(path, "volumes"), errors);
  const claimNames = validateResourceClaims(spec.resourceClaims, child(path, "resourceClaims"), errors);
  validateAllContainers({ spec, volumes, claimNames }, path, errors);
  validatePodResources(spec, child(path, "resources"), errors);
  if (spec.overhead) validateOverhead(spec.overhead, child(path, "overhead"), errors);
  checkOrdered(spec.restartPolicy, RESTART_POLICIES, child(path, "restartPolicy"), errors);
  validatePodNetwork(spec, owner.isPod, path, errors);
  validatePodSecurityContext(spec, child(path, "securityContext"), errors);
  validatePlacement(spec, path, errors);
  validateReadinessGates(spec.readinessGates, child(path, "readinessGates"), errors);
  validateNames(spec, path, errors);
  validateHostProcess(spec, path, errors);
  validateUserNamespace(spec, path, errors);
  validateOs(spec, path, errors);
  validateFileKeyRefs(spec, path, errors);
}

function validateAllContainers(surroundings: ContainerSurroundings, path: string, errors: FieldErrors): void {
  validateContainers(surroundings, child(path, "containers"), errors);
  validateInitContainers(surroundings, child(path, "initContainers"), errors);
  validateEphemeralContainers(surroundings, child(path, "ephemeralContainers"), errors);
}

/** What the scheduler looks at. */
function validatePlacement(spec: PodSpec, path: string, errors: FieldErrors): void {
  validateLabels(spec.nodeSelector, child(path, "nodeSelector"), errors);
  validateAffinity(spec.affinity, child(path, "affinity"), errors);
  validateSchedulingGates(spec.schedulingGates, child(path, "schedulingGates"), errors);
  validateTopologySpreadConstraints(spec.topologySpreadConstraints, child(path, "topologySpreadConstraints"), errors);
  validateTolerations(spec.tolerations, child(path, "tolerations"), errors);
  if (spec.preemptionPolicy !== undefined) {
    checkOrdered(spec.preemptionPolicy, PREEMPTION_POLICIES, child(path, "preemptionPolicy"), errors);
  }
}

const NAME_FIELDS = ["serviceAccountName", "nodeName", "priorityClassName"] as const;

function validateNames(spec: PodSpec, path: string, errors: FieldErrors): void {
  for (const field of NAME_FIELDS) {
    const name = spec[field];
    if (name) checkDnsSubdomain(name, child(path, field), errors);
  }
  if (spec.runtimeClassName !== undefined) {
    checkDnsSubdomain(spec.runtimeClassName, child(path, "runtimeClassName"), errors);
  }
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined) {
    checkFormat(
      deadline,
      rangeProblems(deadline, 1, DEADLINE_MAX_SECONDS),
      child(path, "activeDeadlineSeconds"),
      errors,
    );
  }
}

function validateReadinessGates(
  gates: readonly PodReadinessGate[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  gates?.forEach(({ conditionType }, index) =>
    checkLabelKey(conditionType, child(at(path, index), "conditionType"), errors),
  );
}

function validateSchedulingGates(
  gates: readonly PodSchedulingGate[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  gates?.forEach(({ name }, index) => {
    checkLabelKey(name, at(path, index), errors);
    if (names.has(name)) errors.duplicate(at(path, index), name);
    names.add(name);
  });
}

/** A pod with users of its own cannot share what belongs to the host's users. */
function validateUserNamespace(spec: PodSpec, path: string, errors: FieldErrors): void {
  if (spec.hostUsers !== false) return;
  const refusal = "when `hostUsers` is false";
  if (spec.hostNetwork) errors.forbidden(child(path, "hostNetwork"), refusal);
  if (spec.hostPID) errors.forbidden(child(path, "HostPID"), refusal);
  if (spec.hostIPC) errors.forbidden(child(path, "HostIPC"), refusal);
  for (const { container, path: containerPath } of containersWithPaths(spec, path)) {
    if (container.volumeDevices?.length) errors.forbidden(child(containerPath, "volumeDevices"), refusal);
  }
}

/** Variables read from a file need a volume that the init containers can write. */
function validateFileKeyRefs(spec: PodSpec, path: string, errors: FieldErrors): void {
  for (const { container, path: containerPath } of containersWithPaths(spec, path)) {
    container.env?.forEach(({ valueFrom }, index) => {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (name === undefined) return;
      const namePath = `${at(child(containerPath, "env"), index)}.valueFrom.fileKeyRef.volumeName`;
      const volume = spec.volumes?.findLast((each) => each.name === name);
      if (!volume) errors.notFound(namePath, name);
      else if (!volume.emptyDir) errors.invalid(namePath, name, "referenced volume must be of type emptyDir");
    });
  }
}

function checkOrdered(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (!value) errors.required(path, "");
  else if (!supported.includes(value)) errors.notSupportedInOrder(path, value, supported);
}
