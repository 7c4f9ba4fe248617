import type { Kind } from "../../kind.ts";
import { flowschemas } from "../../resources.ts";
import type { FlowSchema } from "../../types/flowcontrol-v1.ts";
import { defineKind } from "../define-kind.ts";

export const flowSchema: Kind<FlowSchema> = defineKind<FlowSchema>({
  type: flowschemas,
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status" }],
});
