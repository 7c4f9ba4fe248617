import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { semanticEqual } from "../../../semantic-equal.ts";
import type { NodeAffinity, NodeSelectorTerm, PodSpec } from "../../../types/core-v1.ts";

/**
 * As long as its gates keep a pod from being scheduled, where it may run can be narrowed. Gives back the spec with the old
 * placement, so that what remains different is not allowed.
 */
export function gatedPlacementKept(spec: PodSpec, old: PodSpec, path: string, errors: FieldErrors): PodSpec {
  if (!old.schedulingGates?.length) return spec;
  validateNodeSelector(spec.nodeSelector ?? {}, old.nodeSelector ?? {}, child(path, "nodeSelector"), errors);
  const oldNodeAffinity = old.affinity?.nodeAffinity;
  validateNodeAffinity(
    spec.affinity?.nodeAffinity,
    oldNodeAffinity,
    child(child(path, "affinity"), "nodeAffinity"),
    errors,
  );
  const affinity = { ...spec.affinity, nodeAffinity: oldNodeAffinity };
  const hasAffinity = Object.values(affinity).some((each) => each !== undefined);
  return { ...spec, nodeSelector: old.nodeSelector, affinity: hasAffinity ? affinity : old.affinity };
}

type Labels = Readonly<Record<string, string>>;

function validateNodeSelector(selector: Labels, old: Labels, path: string, errors: FieldErrors): void {
  if (Object.entries(old).every(([key, value]) => selector[key] === value)) return;
  errors.invalid(path, selector, "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
}

function validateNodeAffinity(
  affinity: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const oldRequired = old?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!oldRequired) return;
  const oldTerms = oldRequired.nodeSelectorTerms;
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const termsPath = child(child(path, "requiredDuringSchedulingIgnoredDuringExecution"), "nodeSelectorTerms");
  if (oldTerms.length > 0 && oldTerms.length !== terms.length) {
    return errors.invalid(termsPath, terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
  }
  terms.forEach((term, index) => {
    const oldTerm = oldTerms[index];
    if (!oldTerm || hasOnlyAdditions(term, oldTerm)) return;
    errors.invalid(at(termsPath, index), term, "only additions are allowed (no mutations or deletions)");
  });
}

function hasOnlyAdditions(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const { matchExpressions: oldExpressions = [], matchFields: oldFields = [] } = old;
  const { matchExpressions = [], matchFields = [] } = term;
  // An empty term matches no node: any addition would widen it.
  if (oldExpressions.length + oldFields.length === 0) return matchExpressions.length + matchFields.length === 0;
  return startsWith(matchExpressions, oldExpressions) && startsWith(matchFields, oldFields);
}

const startsWith = (list: readonly unknown[], start: readonly unknown[]): boolean =>
  list.length >= start.length && semanticEqual(list.slice(0, start.length), start);
