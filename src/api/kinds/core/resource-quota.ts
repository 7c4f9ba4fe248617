import type { Kind } from "../../kind.ts";
import { resourcequotas } from "../../resources.ts";
import type { ResourceQuota } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const resourceQuota: Kind<ResourceQuota> = defineKind<ResourceQuota>({
  type: resourcequotas,
  shortNames: ["quota"],
  subresources: [{ name: "status" }],
});
