import type { Kind } from "../../kind.ts";
import { mutatingadmissionpolicybindings } from "../../resources.ts";
import type { MutatingAdmissionPolicyBinding } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { validateMutatingBinding } from "./mutating-policy-validation.ts";
import { paramRefText } from "./param-ref-text.ts";
import { matchResourcesDefaults } from "./webhook-defaults.ts";

export const mutatingAdmissionPolicyBinding: Kind<MutatingAdmissionPolicyBinding> =
  defineKind<MutatingAdmissionPolicyBinding>({
    type: mutatingadmissionpolicybindings,
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
      validate: validateMutatingBinding,
    },
  });
