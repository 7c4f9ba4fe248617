import { replicasets } from "../api/resources.ts";
import { defineReplicaController } from "./replicas/replica-controller.ts";

export const replicaSetController = defineReplicaController({
  name: "replicaset-controller",
  type: replicasets,
  ownerOf: (object) => ({
    type: replicasets,
    object,
    replicas: object.spec?.replicas ?? 1,
    selector: object.spec?.selector ?? {},
    template: object.spec?.template ?? {},
    minReadySeconds: object.spec?.minReadySeconds ?? 0,
    countsTerminating: true,
  }),
});
