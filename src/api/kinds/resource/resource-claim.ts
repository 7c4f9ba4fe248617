import type { Kind } from "../../kind.ts";
import { resourceclaims } from "../../resources.ts";
import type { ResourceClaim } from "../../types/resource-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const resourceClaim: Kind<ResourceClaim> = defineKind<ResourceClaim>({
  type: resourceclaims,
  columns: [nameColumn, text("State", claimState), ageColumn],
  subresources: [{ name: "status" }],
});

function claimState({ metadata, status }: ResourceClaim): string {
  const isDeleted = metadata.deletionTimestamp !== undefined;
  if (!status?.allocation) return isDeleted ? "deleted" : "pending";
  return [...(isDeleted ? ["deleted"] : []), "allocated", ...(status.reservedFor?.length ? ["reserved"] : [])].join(
    ",",
  );
}
