import type { NamespaceCondition } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { NamespaceContent } from "./namespace-actions.ts";

/** Types, reasons and messages are upstream's (pkg/controller/namespace/deletion/status_condition_utils.go). */
const FINE = [
  ["NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"],
  ["NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"],
  [
    "NamespaceDeletionContentFailure",
    "ContentDeleted",
    "All content successfully deleted, may be waiting on finalization",
  ],
  ["NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"],
  ["NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"],
] as const;

/** How far the deletion of a namespace has come. */
export function deletionConditions(
  current: readonly NamespaceCondition[],
  contents: readonly NamespaceContent[],
  nowMs: number,
): NamespaceCondition[] {
  const problems = new Map([...remainingContent(contents), ...remainingFinalizers(contents)]);
  const known = FINE.map(([type, reason, message]): NamespaceCondition => {
    const problem = problems.get(type);
    const old = current.find((condition) => condition.type === type);
    const status = problem ? "True" : "False";
    return {
      type,
      status,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : timestamp(nowMs),
      reason: problem?.reason ?? reason,
      message: problem?.message ?? message,
    };
  });
  return [...current.filter(({ type }) => !FINE.some(([fine]) => fine === type)), ...known];
}

type Problem = readonly [type: string, { readonly reason: string; readonly message: string }];

function remainingContent(contents: readonly NamespaceContent[]): readonly Problem[] {
  if (contents.length === 0) return [];
  const remaining = contents
    .map(({ type: { resource, group }, count }) => `${resource}.${group} has ${count} resource instances`)
    .toSorted();
  const message = `Some resources are remaining: ${remaining.join(", ")}`;
  return [["NamespaceContentRemaining", { reason: "SomeResourcesRemain", message }]];
}

function remainingFinalizers(contents: readonly NamespaceContent[]): readonly Problem[] {
  const totals = new Map<string, number>();
  for (const { countByFinalizer } of contents) {
    for (const [finalizer, count] of Object.entries(countByFinalizer)) {
      totals.set(finalizer, (totals.get(finalizer) ?? 0) + count);
    }
  }
  if (totals.size === 0) return [];
  const remaining = [...totals].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).toSorted();
  const message = `Some content in the namespace has finalizers remaining: ${remaining.join(", ")}`;
  return [["NamespaceFinalizersRemaining", { reason: "SomeFinalizersRemain", message }]];
}
