import type { Kind } from "../../kind.ts";
import { servicecidrs } from "../../resources.ts";
import type { ServiceCIDR } from "../../types/networking-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";

export const serviceCidr: Kind<ServiceCIDR> = defineKind<ServiceCIDR>({
  type: servicecidrs,
  columns: [nameColumn, text("CIDRs", ({ spec }) => spec?.cidrs?.join(",") ?? ""), ageColumn],
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});
