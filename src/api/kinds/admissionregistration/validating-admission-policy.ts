import type { Kind } from "../../kind.ts";
import { validatingadmissionpolicies } from "../../resources.ts";
import type { ValidatingAdmissionPolicy } from "../../types/admissionregistration-v1.ts";
import { defineKind } from "../define-kind.ts";

export const validatingAdmissionPolicy: Kind<ValidatingAdmissionPolicy> = defineKind<ValidatingAdmissionPolicy>({
  type: validatingadmissionpolicies,
  categories: ["api-extensions"],
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status" }],
});
