import type { Kind } from "../../kind.ts";
import { replicationcontrollers } from "../../resources.ts";
import type { ReplicationController } from "../../types/core-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { selectorText } from "../selector-text.ts";

export const replicationController: Kind<ReplicationController> = defineKind<ReplicationController>({
  type: replicationcontrollers,
  shortNames: ["rc"],
  categories: ["all"],
  selectableFields: selectable({ "status.replicas": ({ status }) => String(status?.replicas ?? 0) }),
  strategy: {
    desiredState: ({ spec }) => spec,
    defaultPropagation: "orphan",
  },
  subresources: [
    {
      name: "scale",
      replicas: ({ spec }) => spec?.replicas ?? 0,
      withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText({ matchLabels: spec?.selector }),
    },
    { name: "status" },
  ],
});
