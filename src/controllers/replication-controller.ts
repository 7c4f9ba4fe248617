import { replicationcontrollers } from "../api/resources.ts";
import { defineReplicaController } from "./replicas/replica-controller.ts";

export const replicationController = defineReplicaController({
  name: "replication-controller",
  type: replicationcontrollers,
  ownerOf: (object) => ({
    type: replicationcontrollers,
    object,
    replicas: object.spec?.replicas ?? 1,
    selector: { matchLabels: object.spec?.selector ?? {} },
    template: object.spec?.template ?? {},
    minReadySeconds: object.spec?.minReadySeconds ?? 0,
    countsTerminating: false,
  }),
});
