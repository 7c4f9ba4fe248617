import { checkImmutable } from "../../field-checks.ts";
import type { Kind } from "../../kind.ts";
import { resourceclaimtemplates } from "../../resources.ts";
import type { ResourceClaimTemplate } from "../../types/resource-v1.ts";
import { nameColumn, ageColumn } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { deviceClaimDefaults } from "./device-claim-defaults.ts";

export const resourceClaimTemplate: Kind<ResourceClaimTemplate> = defineKind<ResourceClaimTemplate>({
  type: resourceclaimtemplates,
  columns: [nameColumn, ageColumn],
  defaults: ({ spec }) => deviceClaimDefaults(spec.spec.devices),
  strategy: {
    validateUpdate: ({ spec }, old, errors) => checkImmutable(spec, old.spec, "spec", errors),
    returnsDeletedObject: true,
  },
});
