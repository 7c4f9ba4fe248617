import type { Kind } from "../../kind.ts";
import { ingresses } from "../../resources.ts";
import type { Ingress } from "../../types/networking-v1.ts";
import { defineKind } from "../define-kind.ts";

export const ingress: Kind<Ingress> = defineKind<Ingress>({
  type: ingresses,
  shortNames: ["ing"],
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status" }],
});
