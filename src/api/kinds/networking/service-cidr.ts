import type { Kind } from "../../kind.ts";
import { servicecidrs } from "../../resources.ts";
import type { ServiceCIDR } from "../../types/networking-v1.ts";
import { defineKind } from "../define-kind.ts";

export const serviceCidr: Kind<ServiceCIDR> = defineKind<ServiceCIDR>({
  type: servicecidrs,
  subresources: [{ name: "status" }],
});
