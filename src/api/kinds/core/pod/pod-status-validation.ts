import { checkDnsSubdomain, checkFormat, checkLabelKey } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { parseIp, validateIp } from "../../../ip-address.ts";
import { IMMUTABLE } from "../../../meta-validation.ts";
import { unixIdProblems } from "../../../names.ts";
import type {
  ContainerStatus,
  Pod,
  PodCondition,
  PodResourceClaim,
  PodResourceClaimStatus,
  PodSpec,
  PodStatus,
} from "../../../types/core-v1.ts";
import { validateAllocatedResources } from "./allocated-resources-validation.ts";
import { validateContainerTransitions } from "./container-transition-validation.ts";
import { validatePodAnnotations, validatePodAnnotationUpdate } from "./pod-annotation-validation.ts";

/** What an update of a pod's status may say (pkg/apis/core/validation/validation.go, ValidatePodStatusUpdate). */
export function validatePodStatusUpdate(pod: Pod, old: Pod, errors: FieldErrors): void {
  const { status = {}, spec = { containers: [] } } = pod;
  const { status: oldStatus = {} } = old;
  validatePodAnnotationUpdate(pod.metadata, old.metadata, errors);
  validatePodAnnotations(pod.metadata.annotations, spec, "metadata.annotations", errors);
  validateConditions(status.conditions, "status.conditions", errors);
  validateNominatedNode(pod, old, "status.nominatedNodeName", errors);
  checkCount(status.observedGeneration, "status.observedGeneration", errors);
  if (status.qosClass !== oldStatus.qosClass) errors.invalid("status.qosClass", status.qosClass ?? "", IMMUTABLE);
  validateContainerTransitions(status, oldStatus, spec, errors);
  validateClaimStatuses(status.resourceClaimStatuses, spec.resourceClaims, "status.resourceClaimStatuses", errors);
  validatePodIps(status, oldStatus, "status.podIPs", errors);
  validateHostIps(status, oldStatus, "status.hostIPs", errors);
  for (const list of STATUS_LISTS) validateUsers(status[list], spec, child("status", list), errors);
  validateAllocatedResources(status, spec, errors);
}

const STATUS_LISTS = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] as const;

/** Conditions of the system have plain names; all others belong to someone. */
const SYSTEM_CONDITIONS = ["PodScheduled", "Ready", "Initialized"];

function validateConditions(conditions: readonly PodCondition[] | undefined, path: string, errors: FieldErrors): void {
  conditions?.forEach(({ type, observedGeneration }, index) => {
    checkCount(observedGeneration, child(at(path, index), "observedGeneration"), errors);
    if (!SYSTEM_CONDITIONS.includes(type)) checkLabelKey(type, child(at(path, index), "Type"), errors);
  });
}

function validateNominatedNode({ status }: Pod, old: Pod, path: string, errors: FieldErrors): void {
  const nominated = status?.nominatedNodeName;
  if (!nominated || nominated === old.status?.nominatedNodeName) return;
  checkDnsSubdomain(nominated, path, errors);
  if (old.spec?.nodeName) errors.forbidden(path, "may not be set on pods that are already bound to a node");
}

function checkCount(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(path, value, "must be a non-negative integer");
}

function validateClaimStatuses(
  statuses: readonly PodResourceClaimStatus[] | undefined,
  claims: readonly PodResourceClaim[] = [],
  path: string,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  statuses?.forEach(({ name, resourceClaimName }, index) => {
    const namePath = child(at(path, index), "name");
    if (!claims.some((claim) => claim.name === name)) {
      errors.invalid(namePath, name, "must match the name of an entry in `spec.resourceClaims`");
    }
    if (names.has(name)) errors.duplicate(namePath, name);
    names.add(name);
    if (resourceClaimName !== undefined) {
      checkDnsSubdomain(resourceClaimName, child(at(path, index), "resourceClaimName"), errors);
    }
  });
}

function validatePodIps({ podIPs = [] }: PodStatus, old: PodStatus, path: string, errors: FieldErrors): void {
  const known = new Set(old.podIPs?.map(({ ip }) => ip));
  validateIps(podIPs, known, path, errors);
}

function validateHostIps(status: PodStatus, old: PodStatus, path: string, errors: FieldErrors): void {
  const { hostIP = "", hostIPs = [] } = status;
  const [first] = hostIPs;
  if (first && first.ip !== hostIP) {
    errors.invalid(child(at(path, 0), "ip"), first.ip, "must be equal to `hostIP`");
  }
  validateIps(hostIPs, new Set(old.hostIPs?.map(({ ip }) => ip)), path, errors);
}

/** One of each family at most; what was there may stay, even malformed. */
function validateIps(
  ips: readonly { readonly ip: string }[],
  known: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void {
  ips.forEach(({ ip }, index) => {
    if (!known.has(ip)) validateIp(ip, at(path, index), errors);
  });
  if (ips.length < 2) return;
  const families = new Set(ips.map(({ ip }) => parseIp(ip)?.family));
  if (ips.length > 2 || families.size !== 2 || families.has(undefined)) {
    errors.invalid(path, ips, "may specify no more than one IP for each IP family");
  }
}

function validateUsers(
  statuses: readonly ContainerStatus[] | undefined,
  { os }: PodSpec,
  path: string,
  errors: FieldErrors,
): void {
  statuses?.forEach(({ user }, index) => {
    const linux = user?.linux;
    if (!linux) return;
    const linuxPath = child(child(at(path, index), "user"), "linux");
    if (os?.name === "windows") return errors.forbidden(linuxPath, "cannot be set for a windows pod");
    checkFormat(linux.uid, unixIdProblems(linux.uid), child(linuxPath, "uid"), errors);
    checkFormat(linux.gid, unixIdProblems(linux.gid), child(linuxPath, "gid"), errors);
    linux.supplementalGroups?.forEach((id, groupIndex) =>
      checkFormat(id, unixIdProblems(id), at(child(linuxPath, "supplementalGroups"), groupIndex), errors),
    );
  });
}
