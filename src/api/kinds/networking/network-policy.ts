import type { Kind } from "../../kind.ts";
import { networkpolicies } from "../../resources.ts";
import type { NetworkPolicy } from "../../types/networking-v1.ts";
import { defineKind } from "../define-kind.ts";

export const networkPolicy: Kind<NetworkPolicy> = defineKind<NetworkPolicy>({
  type: networkpolicies,
  shortNames: ["netpol"],
  strategy: {
    desiredState: ({ spec }) => spec,
  },
});
