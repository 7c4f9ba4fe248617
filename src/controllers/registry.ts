import type { Controller } from "./controller.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { endpointSliceController } from "./endpoints/endpoint-slice.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { replicaSetController } from "./replica-set.ts";
import { replicationController } from "./replication-controller.ts";
import { rootCaController } from "./root-ca.ts";
import { serviceAccountController } from "./service-account.ts";

export interface ControllerSettings {
  /** The certificate of the cluster's authority, as pods get it. */
  readonly caPem: string;
}

/** Every controller of a cluster. */
export const controllers = ({ caPem }: ControllerSettings): readonly Controller[] => [
  deploymentController,
  replicaSetController,
  replicationController,
  endpointsController,
  endpointSliceController,
  serviceAccountController,
  rootCaController(caPem),
];
