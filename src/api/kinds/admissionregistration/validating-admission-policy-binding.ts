import type { Kind } from "../../kind.ts";
import { validatingadmissionpolicybindings } from "../../resources.ts";
import type { ValidatingAdmissionPolicyBinding } from "../../types/admissionregistration-v1.ts";
import { defineKind } from "../define-kind.ts";

export const validatingAdmissionPolicyBinding: Kind<ValidatingAdmissionPolicyBinding> =
  defineKind<ValidatingAdmissionPolicyBinding>({
    type: validatingadmissionpolicybindings,
    categories: ["api-extensions"],
    strategy: {
      desiredState: ({ spec }) => spec,
      allowsUnconditionalUpdate: false,
    },
  });
