import type { Controller } from "./controller.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { replicaSetController } from "./replica-set.ts";
import { replicationController } from "./replication-controller.ts";

/** Every controller of a cluster. */
export const controllers: readonly Controller[] = [deploymentController, replicaSetController, replicationController];
