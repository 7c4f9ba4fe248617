import type { Kind } from "../../kind.ts";
import { resourcequotas } from "../../resources.ts";
import type { ResourceQuota } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import {
  validateResourceQuota,
  validateResourceQuotaStatus,
  validateResourceQuotaUpdate,
} from "./resource-quota-validation.ts";

export const resourceQuota: Kind<ResourceQuota> = defineKind<ResourceQuota>({
  type: resourcequotas,
  shortNames: ["quota"],
  columns: [
    nameColumn,
    text("Request", (object) => usage(object, (resource) => !resource.startsWith("limits."))),
    text("Limit", (object) => usage(object, (resource) => resource.startsWith("limits."))),
    ageColumn,
  ],
  strategy: {
    validate: validateResourceQuota,
    validateUpdate: validateResourceQuotaUpdate,
    returnsDeletedObject: true,
  },
  subresources: [{ name: "status", validateUpdate: validateResourceQuotaStatus }],
});

function usage({ status }: ResourceQuota, isShown: (resource: string) => boolean): string {
  return Object.entries(status?.hard ?? {})
    .filter(([resource]) => isShown(resource))
    .map(([resource, hard]) => `${resource}: ${status?.used?.[resource] ?? 0}/${hard}`)
    .toSorted()
    .join(", ");
}
