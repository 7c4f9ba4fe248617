import type { Kind } from "../../kind.ts";
import { validatingadmissionpolicies } from "../../resources.ts";
import type { ValidatingAdmissionPolicy } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, text, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { paramKindText, policyDefaults } from "./policy-parts.ts";
import { validateValidatingPolicy } from "./validating-policy-validation.ts";

export const validatingAdmissionPolicy: Kind<ValidatingAdmissionPolicy> = defineKind<ValidatingAdmissionPolicy>({
  type: validatingadmissionpolicies,
  categories: ["api-extensions"],
  columns: [
    nameColumn,
    integer("Validations", ({ spec }) => spec?.validations?.length ?? 0),
    text("ParamKind", ({ spec }) => paramKindText(spec?.paramKind)),
    ageColumn,
  ],
  defaults: ({ spec }) => policyDefaults(spec),
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
    validate: validateValidatingPolicy,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});
