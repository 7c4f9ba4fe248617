import type { Kind } from "../../kind.ts";
import { ingressclasses } from "../../resources.ts";
import type { IngressClass } from "../../types/networking-v1.ts";
import { defineKind } from "../define-kind.ts";

export const ingressClass: Kind<IngressClass> = defineKind<IngressClass>({
  type: ingressclasses,
  strategy: {
    desiredState: ({ spec }) => spec,
  },
});
