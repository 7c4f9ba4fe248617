import { areDualStackRanges } from "../../endpoint-ip.ts";
import { checkFormat, checkPositive } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { validateIpRange } from "../../ip-address.ts";
import { labelKeyProblems, labelValueProblems } from "../../names.ts";
import type { Node, NodeAddress, Taint } from "../../types/core-v1.ts";
import { checkResourceAmounts } from "../quantity-checks.ts";
import { validateTaintEffect } from "./toleration-validation.ts";

/** Upstream's ValidateNode. Some paths begin with metadata where spec is meant: Kubernetes does this too. */
export function validateNode({ spec, status }: Node, errors: FieldErrors): void {
  validateTaints(spec?.taints ?? [], errors);
  validateResources(status, errors);
  checkPositive(status?.nodeInfo?.swap?.capacity, "metadata.nodeSwapStatus.capacity", errors);
  validateDeclaredFeatures(status?.declaredFeatures ?? [], errors);
  validatePodCidrs(spec?.podCIDRs ?? [], errors);
}

/** Upstream's ValidateNodeUpdate: also of updates of the status alone. */
export function validateNodeUpdate({ spec, status }: Node, old: Node, errors: FieldErrors): void {
  validateResources(status, errors);
  validateDeclaredFeatures(status?.declaredFeatures ?? [], errors);
  validateAddresses(status?.addresses ?? [], errors);

  const oldCidrs = old.spec?.podCIDRs ?? [];
  if (oldCidrs.length > 0 && oldCidrs.join() !== (spec?.podCIDRs ?? []).join()) {
    errors.forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid');
  }
  if (old.spec?.providerID && old.spec.providerID !== spec?.providerID) {
    errors.forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid');
  }
  validateTaints(spec?.taints ?? [], errors);
  if ((spec?.externalID ?? "") !== (old.spec?.externalID ?? "")) {
    errors.forbidden("spec.externalID", "may not be updated");
  }
}

function validateTaints(taints: readonly Taint[], errors: FieldErrors): void {
  const seen = new Set<string>();
  taints.forEach((taint, index) => {
    const path = at("metadata.taints", index);
    checkFormat(taint.key, labelKeyProblems(taint.key), `${path}.key`, errors);
    const valueProblems = labelValueProblems(taint.value ?? "");
    if (valueProblems.length > 0) errors.invalid(`${path}.value`, taint.value, valueProblems.join(";"));
    if (!taint.effect) errors.required(`${path}.effect`, "");
    else validateTaintEffect(taint.effect, `${path}.effect`, errors);
    const identity = `${taint.effect}/${taint.key}`;
    if (seen.has(identity))
      errors.duplicate(path, internalTaint(taint), "taints must be unique by key and effect pair");
    seen.add(identity);
  });
}

/** Upstream shows its internal type in messages. */
const internalTaint = ({
  key,
  value = "",
  effect,
  timeAdded = null,
}: Omit<Taint, "timeAdded"> & { timeAdded?: string | null | undefined }) => ({
  Key: key,
  Value: value,
  Effect: effect,
  TimeAdded: timeAdded,
});

function validateResources(status: Node["status"], errors: FieldErrors): void {
  checkResourceAmounts(status?.capacity, "status.capacity", errors);
  checkResourceAmounts(status?.allocatable, "status.allocatable", errors);
}

function validateAddresses(addresses: readonly NodeAddress[], errors: FieldErrors): void {
  const seen = new Set<string>();
  addresses.forEach((address, index) => {
    const identity = `${address.type}/${address.address}`;
    if (seen.has(identity))
      errors.duplicate(at("status.addresses", index), { Type: address.type, Address: address.address });
    seen.add(identity);
  });
}

function validatePodCidrs(cidrs: readonly string[], errors: FieldErrors): void {
  cidrs.forEach((cidr, index) => validateIpRange(cidr, at("spec.podCIDRs", index), errors));
  if (cidrs.length > 1 && (!areDualStackRanges(cidrs) || cidrs.length > 2)) {
    errors.invalid("spec.podCIDRs", cidrs, "may specify no more than one CIDR for each IP family");
  }
}

const FEATURE_NAME = /^[A-Z][a-zA-Z0-9]*(?:\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const FEATURE_MAX_LENGTH = 253;

function validateDeclaredFeatures(features: readonly string[], errors: FieldErrors): void {
  features.forEach((feature, index) => {
    const path = at("status.declaredFeatures", index);
    const problem = featureProblem(feature);
    if (problem !== undefined)
      errors.invalid(path, feature, `invalid feature name ${JSON.stringify(feature)}: ${problem}`);
    const previous = features[index - 1];
    if (previous === feature) errors.duplicate(path, feature);
    else if (previous !== undefined && previous > feature) {
      errors.invalid(path, feature, "list must be sorted alphabetically");
    }
  });
}

function featureProblem(feature: string): string | undefined {
  if (feature.length > FEATURE_MAX_LENGTH) return `must be no more than ${FEATURE_MAX_LENGTH} characters`;
  if (FEATURE_NAME.test(feature)) return undefined;
  return "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
}
