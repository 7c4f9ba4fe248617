import type { Kind } from "../../kind.ts";
import { validatingadmissionpolicies } from "../../resources.ts";
import type { ValidatingAdmissionPolicy } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, text, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { matchResourcesDefaults } from "./webhook-defaults.ts";

export const validatingAdmissionPolicy: Kind<ValidatingAdmissionPolicy> = defineKind<ValidatingAdmissionPolicy>({
  type: validatingadmissionpolicies,
  categories: ["api-extensions"],
  columns: [
    nameColumn,
    integer("Validations", ({ spec }) => spec?.validations?.length ?? 0),
    text("ParamKind", ({ spec }) =>
      spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : "<unset>",
    ),
    ageColumn,
  ],
  defaults({ spec }) {
    if (!spec) return;
    spec.failurePolicy ??= "Fail";
    matchResourcesDefaults(spec.matchConstraints);
  },
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});
