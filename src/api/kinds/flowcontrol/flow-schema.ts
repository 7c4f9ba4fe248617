import type { Kind } from "../../kind.ts";
import { flowschemas } from "../../resources.ts";
import type { FlowSchema } from "../../types/flowcontrol-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { validateFlowSchema } from "./flow-schema-validation.ts";

export const flowSchema: Kind<FlowSchema> = defineKind<FlowSchema>({
  type: flowschemas,
  columns: [
    nameColumn,
    text("PriorityLevel", ({ spec }) => spec?.priorityLevelConfiguration.name ?? ""),
    text("MatchingPrecedence", ({ spec }) => spec?.matchingPrecedence ?? 0),
    text("DistinguisherMethod", ({ spec }) => spec?.distinguisherMethod?.type ?? "<none>"),
    ageColumn,
    text("MissingPL", ({ status }) => status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?"),
  ],
  defaults({ spec }) {
    if (spec) spec.matchingPrecedence ||= 1000;
  },
  strategy: {
    validate: validateFlowSchema,
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});
