import { UserError } from "../../../lib/user-error.ts";
import { gvkSortText, gvkText, isSameGvk, kindRank, ORDER_FIRST, ORDER_LAST, type ResourceId } from "../resource-id.ts";
import type { Resources } from "../resource-list.ts";
import { currentId } from "../resource.ts";

export interface SortOptions {
  readonly order?: string;
  readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
}

/** In the order in which they came, or as kustomize ordered them once: what others need first. */
export function inOrder(resources: Resources, { order = "", legacySortOptions }: SortOptions): Resources {
  if (order !== "fifo" && order !== "legacy")
    throw new UserError("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order === "fifo" && legacySortOptions)
    throw new UserError(
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  if (order === "fifo") return resources;
  const first = legacySortOptions ? (legacySortOptions.orderFirst ?? []) : ORDER_FIRST;
  const last = legacySortOptions ? (legacySortOptions.orderLast ?? []) : ORDER_LAST;
  return resources.toSorted((left, right) => compared(currentId(left), currentId(right), first, last));
}

function compared(left: ResourceId, right: ResourceId, first: readonly string[], last: readonly string[]): number {
  if (isSameGvk(left, right)) return textOrder(sortText(left), sortText(right));
  const ranks = kindRank(left.kind, first, last) - kindRank(right.kind, first, last);
  if (ranks !== 0) return ranks;
  const order = textOrder(gvkSortText(left), gvkSortText(right));
  // A Namespace of the API comes before kinds of that name of others.
  const isNamespace = left.kind === "Namespace" && right.kind === "Namespace";
  return isNamespace && (left.group === "" || right.group === "") ? -order : order;
}

const sortText = (id: ResourceId): string => [gvkText(id), id.namespace || "~X", id.name || "~N"].join("|");

const textOrder = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
