import type { Kind } from "../../kind.ts";
import { prioritylevelconfigurations } from "../../resources.ts";
import type { PriorityLevelConfiguration } from "../../types/flowcontrol-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { validatePriorityLevel } from "./priority-level-validation.ts";

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
  defaults: priorityLevelDefaults,
  strategy: {
    validate: validatePriorityLevel,
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});

function priorityLevelDefaults({ spec }: PriorityLevelConfiguration): void {
  if (spec?.exempt) {
    spec.exempt.nominalConcurrencyShares ??= 0;
    spec.exempt.lendablePercent ??= 0;
  }
  if (!spec?.limited) return;
  spec.limited.nominalConcurrencyShares ??= 30;
  spec.limited.lendablePercent ??= 0;
  const queuing = spec.limited.limitResponse?.queuing;
  if (!queuing) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
}
