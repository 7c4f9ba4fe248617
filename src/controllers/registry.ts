import type { Kind } from "../api/kind.ts";
import type { ResourceType } from "../api/resource-type.ts";
import { events } from "../api/resources.ts";
import { apiServiceRegistrationController } from "./api-service-registration.ts";
import { horizontalPodAutoscaler } from "./autoscaling/horizontal-pod-autoscaler.ts";
import { certificateApprovalController } from "./certificates/certificate-approval.ts";
import { certificateCleaner } from "./certificates/certificate-cleaner.ts";
import type { CertificateSigner } from "./certificates/certificate-signer.ts";
import { certificateSigningController } from "./certificates/certificate-signing.ts";
import { clusterAuthenticationTrustController } from "./cluster-authentication-trust.ts";
import { clusterRoleAggregationController } from "./cluster-role-aggregation.ts";
import type { Controller } from "./controller.ts";
import { cronJobController } from "./cron-job/cron-job.ts";
import { daemonSetController } from "./daemon-set/daemon-set.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { disruptionController } from "./disruption/disruption.ts";
import { staleDisruptionController } from "./disruption/stale-disruption.ts";
import { endpointSliceMirroringController } from "./endpoints/endpoint-slice-mirroring.ts";
import { endpointSliceController } from "./endpoints/endpoint-slice.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { eventExpiryController } from "./event-expiry.ts";
import { flowSchemaStatusController } from "./flow-schema-status.ts";
import { garbageCollector } from "./garbage-collector/garbage-collector.ts";
import { jobController } from "./job/job.ts";
import { orphanedPodController } from "./job/orphaned-pods.ts";
import { ttlAfterFinishedController } from "./job/ttl-after-finished.ts";
import { namespaceController } from "./namespace/namespace.ts";
import { nodeLifecycleController } from "./node-lifecycle/node-lifecycle.ts";
import { taintEvictionController } from "./node-lifecycle/taint-eviction.ts";
import { podGarbageCollector } from "./pod-garbage-collector.ts";
import { replicaSetController } from "./replica-set.ts";
import { replicationController } from "./replication-controller.ts";
import { resourceQuotaController } from "./resource-quota.ts";
import { rootCaController } from "./root-ca.ts";
import { serviceAccountTokensController, type SignClaims } from "./service-account-tokens.ts";
import { serviceAccountController } from "./service-account.ts";
import { ipAddressController } from "./service-cidr/ip-address.ts";
import { serviceCidrController } from "./service-cidr/service-cidr.ts";
import { statefulSetController } from "./stateful-set/stateful-set.ts";
import { tokenCleaner } from "./token-cleaner.ts";
import { validatingPolicyStatusController } from "./validating-policy-status.ts";
import { directoryProvisioner } from "./volumes/directory-provisioner.ts";
import { ephemeralVolumeController } from "./volumes/ephemeral-volume.ts";
import { persistentVolumeController } from "./volumes/persistent-volume.ts";
import { claimProtectionController, volumeProtectionController } from "./volumes/protection.ts";
import { volumeExpansionController } from "./volumes/volume-expansion.ts";

export interface ControllerSettings {
  /** The certificate of the cluster's authority, as pods get it. */
  readonly caPem: string;
  /** Whom extension servers believe when they speak for users. */
  readonly frontProxy: { readonly caPem: string; readonly allowedNames: readonly string[] };
  readonly certificateSigner: CertificateSigner;
  /** With the key of service account tokens. */
  readonly signClaims: SignClaims;
  /** Where volumes of the default storage class are made. */
  readonly volumesFolder: string;
  /** Every kind of the cluster. */
  readonly kinds: readonly Kind[];
}

/** Every controller of a cluster. */
export function controllers(settings: ControllerSettings): readonly Controller[] {
  const { caPem, frontProxy, certificateSigner, signClaims, volumesFolder, kinds } = settings;
  const stored = storedTypes(kinds);
  // Events come by the thousands, own nothing, and go by themselves.
  const followed = stored.filter((type) => type !== events);
  return [
    deploymentController,
    replicaSetController,
    replicationController,
    daemonSetController,
    statefulSetController,
    jobController,
    orphanedPodController,
    ttlAfterFinishedController,
    cronJobController,
    endpointsController,
    endpointSliceController,
    endpointSliceMirroringController,
    serviceCidrController,
    ipAddressController,
    flowSchemaStatusController,
    validatingPolicyStatusController(kinds),
    apiServiceRegistrationController,
    clusterAuthenticationTrustController({ clientCaPem: caPem, frontProxy }),
    serviceAccountController,
    serviceAccountTokensController(caPem, signClaims),
    tokenCleaner,
    rootCaController(caPem),
    certificateApprovalController(certificateSigner),
    certificateSigningController(certificateSigner),
    certificateCleaner(certificateSigner),
    namespaceController(
      stored.filter(({ namespaced }) => namespaced),
      followed.filter(({ namespaced }) => namespaced),
    ),
    garbageCollector(followed),
    resourceQuotaController(followed.filter(({ namespaced }) => namespaced)),
    nodeLifecycleController,
    taintEvictionController,
    podGarbageCollector,
    eventExpiryController,
    clusterRoleAggregationController,
    persistentVolumeController,
    directoryProvisioner(volumesFolder),
    claimProtectionController,
    volumeProtectionController,
    ephemeralVolumeController,
    volumeExpansionController,
    disruptionController(kinds),
    staleDisruptionController,
    horizontalPodAutoscaler(kinds),
  ];
}

/** The kinds whose objects are kept and can be deleted, each once, also if it is served in two versions. */
export function storedTypes(kinds: readonly Kind[]): readonly ResourceType[] {
  return kinds
    .filter(({ verbs, storage }) => verbs.includes("watch") && verbs.includes("delete") && !storage)
    .map(({ type }) => type);
}
