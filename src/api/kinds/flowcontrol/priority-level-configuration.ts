import type { Kind } from "../../kind.ts";
import { prioritylevelconfigurations } from "../../resources.ts";
import type { PriorityLevelConfiguration } from "../../types/flowcontrol-v1.ts";
import { defineKind } from "../define-kind.ts";

export const priorityLevelConfiguration: Kind<PriorityLevelConfiguration> = defineKind<PriorityLevelConfiguration>({
  type: prioritylevelconfigurations,
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status" }],
});
