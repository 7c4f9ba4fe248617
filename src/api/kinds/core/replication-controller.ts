import type { Kind } from "../../kind.ts";
import { labelSelectorText } from "../../label-selector.ts";
import { replicationcontrollers } from "../../resources.ts";
import type { ReplicationController } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, integer, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { formatLabels } from "../selector-text.ts";

export const replicationController: Kind<ReplicationController> = defineKind<ReplicationController>({
  type: replicationcontrollers,
  shortNames: ["rc"],
  categories: ["all"],
  columns: [
    nameColumn,
    integer("Desired", ({ spec }) => spec?.replicas ?? 0),
    integer("Current", ({ status }) => status?.replicas ?? 0),
    integer("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicationController>(({ spec }) => spec?.template),
    wide("Selector", ({ spec }) => formatLabels(spec?.selector)),
  ],
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
      selector: ({ spec }) => labelSelectorText({ matchLabels: spec?.selector }),
    },
    { name: "status" },
  ],
});
