import type { Kind } from "./kind.ts";
import { mutatingAdmissionPolicyBinding } from "./kinds/admissionregistration/mutating-admission-policy-binding.ts";
import { mutatingAdmissionPolicy } from "./kinds/admissionregistration/mutating-admission-policy.ts";
import { mutatingWebhookConfiguration } from "./kinds/admissionregistration/mutating-webhook-configuration.ts";
import { validatingAdmissionPolicyBinding } from "./kinds/admissionregistration/validating-admission-policy-binding.ts";
import { validatingAdmissionPolicy } from "./kinds/admissionregistration/validating-admission-policy.ts";
import { validatingWebhookConfiguration } from "./kinds/admissionregistration/validating-webhook-configuration.ts";
import { customResourceDefinition } from "./kinds/apiextensions/custom-resource-definition.ts";
import { apiService } from "./kinds/apiregistration/api-service.ts";
import { controllerRevision } from "./kinds/apps/controller-revision.ts";
import { daemonSet } from "./kinds/apps/daemon-set.ts";
import { deployment } from "./kinds/apps/deployment.ts";
import { replicaSet } from "./kinds/apps/replica-set.ts";
import { statefulSet } from "./kinds/apps/stateful-set.ts";
import { selfSubjectReview } from "./kinds/authentication/self-subject-review.ts";
import { tokenReview } from "./kinds/authentication/token-review.ts";
import { localSubjectAccessReview } from "./kinds/authorization/local-subject-access-review.ts";
import { selfSubjectAccessReview } from "./kinds/authorization/self-subject-access-review.ts";
import { selfSubjectRulesReview } from "./kinds/authorization/self-subject-rules-review.ts";
import { subjectAccessReview } from "./kinds/authorization/subject-access-review.ts";
import { horizontalPodAutoscalerV1 } from "./kinds/autoscaling/horizontal-pod-autoscaler-v1.ts";
import { horizontalPodAutoscaler } from "./kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { cronJob } from "./kinds/batch/cron-job.ts";
import { job } from "./kinds/batch/job.ts";
import { certificateSigningRequest } from "./kinds/certificates/certificate-signing-request.ts";
import { lease } from "./kinds/coordination/lease.ts";
import { binding } from "./kinds/core/binding.ts";
import { componentStatus } from "./kinds/core/component-status.ts";
import { configMap } from "./kinds/core/config-map.ts";
import { endpoints } from "./kinds/core/endpoints.ts";
import { event } from "./kinds/core/event.ts";
import { limitRange } from "./kinds/core/limit-range.ts";
import { namespace } from "./kinds/core/namespace.ts";
import { node } from "./kinds/core/node.ts";
import { persistentVolumeClaim } from "./kinds/core/persistent-volume-claim.ts";
import { persistentVolume } from "./kinds/core/persistent-volume.ts";
import { podTemplate } from "./kinds/core/pod-template.ts";
import { pod } from "./kinds/core/pod.ts";
import { replicationController } from "./kinds/core/replication-controller.ts";
import { resourceQuota } from "./kinds/core/resource-quota.ts";
import { secret } from "./kinds/core/secret.ts";
import { serviceAccount } from "./kinds/core/service-account.ts";
import { service } from "./kinds/core/service.ts";
import { endpointSlice } from "./kinds/discovery/endpoint-slice.ts";
import { event as eventsV1Event } from "./kinds/events/event.ts";
import { flowSchema } from "./kinds/flowcontrol/flow-schema.ts";
import { priorityLevelConfiguration } from "./kinds/flowcontrol/priority-level-configuration.ts";
import { ingressClass } from "./kinds/networking/ingress-class.ts";
import { ingress } from "./kinds/networking/ingress.ts";
import { ipAddress } from "./kinds/networking/ip-address.ts";
import { networkPolicy } from "./kinds/networking/network-policy.ts";
import { serviceCidr } from "./kinds/networking/service-cidr.ts";
import { runtimeClass } from "./kinds/node/runtime-class.ts";
import { podDisruptionBudget } from "./kinds/policy/pod-disruption-budget.ts";
import { clusterRoleBinding } from "./kinds/rbac/cluster-role-binding.ts";
import { clusterRole } from "./kinds/rbac/cluster-role.ts";
import { roleBinding } from "./kinds/rbac/role-binding.ts";
import { role } from "./kinds/rbac/role.ts";
import { deviceClass } from "./kinds/resource/device-class.ts";
import { resourceClaimTemplate } from "./kinds/resource/resource-claim-template.ts";
import { resourceClaim } from "./kinds/resource/resource-claim.ts";
import { resourceSlice } from "./kinds/resource/resource-slice.ts";
import { priorityClass } from "./kinds/scheduling/priority-class.ts";
import { csiDriver } from "./kinds/storage/csi-driver.ts";
import { csiNode } from "./kinds/storage/csi-node.ts";
import { csiStorageCapacity } from "./kinds/storage/csi-storage-capacity.ts";
import { storageClass } from "./kinds/storage/storage-class.ts";
import { volumeAttachment } from "./kinds/storage/volume-attachment.ts";
import { volumeAttributesClass } from "./kinds/storage/volume-attributes-class.ts";

/** Every built-in kind, in the order in which discovery lists groups and resources. */
export const builtInKinds: readonly Kind[] = [
  binding,
  componentStatus,
  configMap,
  endpoints,
  event,
  limitRange,
  namespace,
  node,
  persistentVolumeClaim,
  persistentVolume,
  pod,
  podTemplate,
  replicationController,
  resourceQuota,
  secret,
  serviceAccount,
  service,
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  mutatingWebhookConfiguration,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
  validatingWebhookConfiguration,
  customResourceDefinition,
  apiService,
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  selfSubjectReview,
  tokenReview,
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  horizontalPodAutoscalerV1,
  horizontalPodAutoscaler,
  cronJob,
  job,
  certificateSigningRequest,
  lease,
  endpointSlice,
  eventsV1Event,
  flowSchema,
  priorityLevelConfiguration,
  ingressClass,
  ingress,
  ipAddress,
  networkPolicy,
  serviceCidr,
  runtimeClass,
  podDisruptionBudget,
  clusterRoleBinding,
  clusterRole,
  roleBinding,
  role,
  deviceClass,
  resourceClaim,
  resourceClaimTemplate,
  resourceSlice,
  priorityClass,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
] satisfies readonly Pick<Kind, "listKind" | "verbs">[] as unknown as readonly Kind[]; // Each meets only its own objects.

/** Lookups over a list of kinds; custom resources get a registry of their own. */
export interface KindRegistry {
  readonly kinds: readonly Kind[];
  byResource(group: string, version: string, resource: string): Kind | undefined;
  byKind(group: string, version: string, kind: string): Kind | undefined;
  /** A word as users type it: plural, singular, short name or kind, of any case, with or without `.group` or `.version.group`. */
  byWord(word: string): Kind | undefined;
}

/** When a word fits several kinds, the earliest in the list wins. */
function kindRegistry(kinds: readonly Kind[]): KindRegistry {
  const kindByResource = new Map<string, Kind>();
  const kindByKind = new Map<string, Kind>();
  const kindByWord = new Map<string, Kind>();
  for (const kind of kinds) {
    const { group, version, resource } = kind.type;
    kindByResource.set(`${group}/${version}/${resource}`, kind);
    kindByKind.set(`${group}/${version}/${kind.type.kind}`, kind);
    for (const name of [resource, kind.singular, ...kind.shortNames]) {
      for (const word of [name, `${name}.${group}`, `${name}.${version}.${group}`]) {
        if (!kindByWord.has(word)) kindByWord.set(word, kind);
      }
    }
  }
  return {
    kinds,
    byResource: (group, version, resource) => kindByResource.get(`${group}/${version}/${resource}`),
    byKind: (group, version, kind) => kindByKind.get(`${group}/${version}/${kind}`),
    byWord: (word) => kindByWord.get(word.toLowerCase()),
  };
}

export const builtInRegistry: KindRegistry = kindRegistry(builtInKinds);
