import type { Kind } from "../../kind.ts";
import { podtemplates } from "../../resources.ts";
import type { PodTemplate } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const podTemplate: Kind<PodTemplate> = defineKind<PodTemplate>({
  type: podtemplates,
  strategy: {
    desiredState: ({ template }) => template,
  },
});
