import type { Kind } from "../../kind.ts";
import { prioritylevelconfigurations } from "../../resources.ts";
import type { PriorityLevelConfiguration } from "../../types/flowcontrol-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const priorityLevelConfiguration: Kind<PriorityLevelConfiguration> = defineKind<PriorityLevelConfiguration>({
  type: prioritylevelconfigurations,
  columns: [
    nameColumn,
    text("Type", ({ spec }) => spec?.type ?? ""),
    text("NominalConcurrencyShares", ({ spec }) =>
      spec?.limited ? (spec.limited.nominalConcurrencyShares ?? null) : "<none>",
    ),
    text("Queues", ({ spec }) => spec?.limited?.limitResponse?.queuing?.queues ?? "<none>"),
    text("HandSize", ({ spec }) => spec?.limited?.limitResponse?.queuing?.handSize ?? "<none>"),
    text("QueueLengthLimit", ({ spec }) => spec?.limited?.limitResponse?.queuing?.queueLengthLimit ?? "<none>"),
    ageColumn,
  ],
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status" }],
});
