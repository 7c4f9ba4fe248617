import type { ObjectSchema } from "../object-schema.ts";
import { fieldSetOf } from "./field-set.ts";

/** What nobody owns: the server writes it, or it names the object. */
export const SYSTEM_FIELDS = fieldSetOf(
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => ["f:metadata", `f:${name}`]),
);

/**
 * What a write cannot change, so that its author does not come to own it: upstream's reset fields. A kind with a status
 * subresource leaves the status to it, and that leaves everything else to the kind.
 */
export function resetFields({
  schema,
  subresource,
  hasStatusSubresource,
}: {
  readonly schema: ObjectSchema;
  readonly subresource: string;
  readonly hasStatusSubresource: boolean;
}) {
  if (subresource === "status") return schema.isCustom ? CUSTOM_STATUS_RESETS : STATUS_RESETS;
  return subresource === "" && hasStatusSubresource ? MAIN_RESETS : NO_RESETS;
}

const NO_RESETS = fieldSetOf();
const MAIN_RESETS = fieldSetOf(["f:status"]);
const CUSTOM_STATUS_RESETS = fieldSetOf(["f:spec"], ["f:metadata"]);
const STATUS_RESETS = fieldSetOf(["f:spec"], ["f:metadata", "f:labels"]);
