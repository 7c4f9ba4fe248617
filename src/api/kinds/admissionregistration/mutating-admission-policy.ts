import type { Kind } from "../../kind.ts";
import { mutatingadmissionpolicies } from "../../resources.ts";
import type { MutatingAdmissionPolicy } from "../../types/admissionregistration-v1.ts";
import { defineKind } from "../define-kind.ts";

export const mutatingAdmissionPolicy: Kind<MutatingAdmissionPolicy> = defineKind<MutatingAdmissionPolicy>({
  type: mutatingadmissionpolicies,
  categories: ["api-extensions"],
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
});
