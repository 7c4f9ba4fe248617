import { checkImmutable } from "../../field-checks.ts";
import type { Kind } from "../../kind.ts";
import { resourceclaims } from "../../resources.ts";
import type { ResourceClaim } from "../../types/resource-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { deviceClaimDefaults } from "./device-claim-defaults.ts";

export const resourceClaim: Kind<ResourceClaim> = defineKind<ResourceClaim>({
  type: resourceclaims,
  columns: [nameColumn, text("State", claimState), ageColumn],
  defaults: ({ spec }) => deviceClaimDefaults(spec.devices),
  strategy: {
    validateUpdate: ({ spec }, old, errors) => checkImmutable(spec, old.spec, "spec", errors),
    returnsDeletedObject: true,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});

function claimState({ metadata, status }: ResourceClaim): string {
  const isDeleted = metadata.deletionTimestamp !== undefined;
  if (!status?.allocation) return isDeleted ? "deleted" : "pending";
  return [...(isDeleted ? ["deleted"] : []), "allocated", ...(status.reservedFor?.length ? ["reserved"] : [])].join(
    ",",
  );
}
