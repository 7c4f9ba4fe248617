import type { Kind } from "../../kind.ts";
import { mutatingadmissionpolicies } from "../../resources.ts";
import type { MutatingAdmissionPolicy } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, text, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { validateMutatingPolicy } from "./mutating-policy-validation.ts";
import { paramKindText, policyDefaults } from "./policy-parts.ts";

export const mutatingAdmissionPolicy: Kind<MutatingAdmissionPolicy> = defineKind<MutatingAdmissionPolicy>({
  type: mutatingadmissionpolicies,
  categories: ["api-extensions"],
  columns: [
    nameColumn,
    integer("Mutations", ({ spec }) => spec?.mutations?.length ?? 0),
    text("ParamKind", ({ spec }) => paramKindText(spec?.paramKind)),
    ageColumn,
  ],
  defaults: ({ spec }) => policyDefaults(spec),
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
    validate: validateMutatingPolicy,
  },
});
