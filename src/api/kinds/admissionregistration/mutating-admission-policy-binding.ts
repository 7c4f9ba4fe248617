import type { Kind } from "../../kind.ts";
import { mutatingadmissionpolicybindings } from "../../resources.ts";
import type { MutatingAdmissionPolicyBinding } from "../../types/admissionregistration-v1.ts";
import { defineKind } from "../define-kind.ts";

export const mutatingAdmissionPolicyBinding: Kind<MutatingAdmissionPolicyBinding> =
  defineKind<MutatingAdmissionPolicyBinding>({
    type: mutatingadmissionpolicybindings,
    categories: ["api-extensions"],
    strategy: {
      desiredState: ({ spec }) => spec,
      allowsUnconditionalUpdate: false,
    },
  });
