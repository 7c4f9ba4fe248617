import type { Kind } from "../../kind.ts";
import { resourceclaims } from "../../resources.ts";
import type { ResourceClaim } from "../../types/resource-v1.ts";
import { defineKind } from "../define-kind.ts";

export const resourceClaim: Kind<ResourceClaim> = defineKind<ResourceClaim>({
  type: resourceclaims,
  subresources: [{ name: "status" }],
});
