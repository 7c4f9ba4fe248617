import type { Clock } from "../../lib/time/clock.ts";
import { mutatingPolicies } from "../policies/mutating-policies.ts";
import { validatingPolicies } from "../policies/validating-policies.ts";
import { mutatingWebhooks } from "../webhooks/mutating-webhooks.ts";
import { validatingWebhooks, type WebhookAdmissionParts } from "../webhooks/validating-webhooks.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from "./certificates.ts";
import { defaultIngressClass, defaultStorageClass } from "./default-classes.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction.ts";
import { persistentVolumeClaimResize } from "./persistent-volume-claim-resize.ts";
import { podResize } from "./pod-resize.ts";
import { podSecurity } from "./pod-security/pod-security.ts";
import { priority } from "./priority.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { resourceQuota } from "./resource-quota.ts";
import { runtimeClass } from "./runtime-class.ts";
import { serviceAccount } from "./service-account.ts";
import { taintNodesByCondition } from "./taint-nodes-by-condition.ts";

/** What plugins look things up with. */
export interface AdmissionParts extends WebhookAdmissionParts {
  readonly clock: Clock;
}

/**
 * Those that are on in Kubernetes unless somebody says otherwise, in the order in which it runs them
 * (pkg/kubeapiserver/options/plugins.go).
 */
export function admissionPlugins(parts: AdmissionParts): readonly AdmissionPlugin[] {
  const { reader, authorizer, clock } = parts;
  return [
    namespaceLifecycle(reader),
    limitRanger(reader),
    serviceAccount(reader),
    nodeRestriction(reader, authorizer),
    taintNodesByCondition,
    podSecurity(reader, clock),
    priority(reader),
    defaultTolerationSeconds,
    defaultStorageClass(reader),
    persistentVolumeClaimResize(reader),
    runtimeClass(reader),
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateSubjectRestriction,
    defaultIngressClass(reader),
    podResize(reader),
    rbacEscalation(reader, authorizer),
    mutatingPolicies(parts),
    mutatingWebhooks(parts),
    validatingPolicies(parts),
    validatingWebhooks(parts),
    resourceQuota(parts),
  ];
}
