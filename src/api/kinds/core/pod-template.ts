import type { Kind } from "../../kind.ts";
import { podtemplates } from "../../resources.ts";
import type { PodTemplate } from "../../types/core-v1.ts";
import { nameColumn, text } from "../columns.ts";
import { containerImages, containerNames } from "../container-columns.ts";
import { defineKind } from "../define-kind.ts";
import { formatLabels } from "../selector-text.ts";
import { templateOwnerWarnings } from "../template-owner-warnings.ts";
import { podTemplateDefaults } from "./pod-defaults.ts";
import { validatePodTemplate } from "./pod-validation.ts";

export const podTemplate: Kind<PodTemplate> = defineKind<PodTemplate>({
  type: podtemplates,
  columns: [
    nameColumn,
    text("Containers", ({ template }) => containerNames(template)),
    text("Images", ({ template }) => containerImages(template)),
    text("Pod Labels", ({ template }) => formatLabels(template?.metadata?.labels)),
  ],
  defaults({ template }) {
    if (template) podTemplateDefaults(template);
  },
  strategy: {
    validate({ template }, errors) {
      if (template) validatePodTemplate(template, "template", errors);
    },
    warnings: (object, old) => templateOwnerWarnings(object, old, object.template, "template"),
    returnsDeletedObject: true,
    desiredState: ({ template }) => template,
  },
});
