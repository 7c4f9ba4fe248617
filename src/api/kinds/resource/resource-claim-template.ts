import type { Kind } from "../../kind.ts";
import { resourceclaimtemplates } from "../../resources.ts";
import type { ResourceClaimTemplate } from "../../types/resource-v1.ts";
import { nameColumn, ageColumn } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const resourceClaimTemplate: Kind<ResourceClaimTemplate> = defineKind<ResourceClaimTemplate>({
  type: resourceclaimtemplates,
  columns: [nameColumn, ageColumn],
});
