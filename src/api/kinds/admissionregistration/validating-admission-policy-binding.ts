import type { Kind } from "../../kind.ts";
import { validatingadmissionpolicybindings } from "../../resources.ts";
import type { ValidatingAdmissionPolicyBinding } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { paramRefText } from "./param-ref-text.ts";
import { validateValidatingBinding } from "./validating-policy-validation.ts";
import { matchResourcesDefaults } from "./webhook-defaults.ts";

export const validatingAdmissionPolicyBinding: Kind<ValidatingAdmissionPolicyBinding> =
  defineKind<ValidatingAdmissionPolicyBinding>({
    type: validatingadmissionpolicybindings,
    categories: ["api-extensions"],
    columns: [
      nameColumn,
      text("PolicyName", ({ spec }) => spec?.policyName ?? ""),
      text("ParamRef", ({ spec }) => paramRefText(spec?.paramRef)),
      ageColumn,
    ],
    defaults: ({ spec }) => matchResourcesDefaults(spec?.matchResources),
    strategy: {
      desiredState: ({ spec }) => spec,
      allowsUnconditionalUpdate: false,
      validate: validateValidatingBinding,
    },
  });
