import type { ParamRef } from "../../types/admissionregistration-v1.ts";
import type { LabelSelector, LabelSelectorRequirement } from "../../types/meta-v1.ts";

/** What a policy binding takes its parameters from, as its column shows it. */
export function paramRefText(paramRef: ParamRef | undefined): string {
  if (paramRef?.name) return `${paramRef.namespace || "*"}/${paramRef.name}`;
  return paramRef?.selector ? goText(paramRef.selector) : "<unset>";
}

/** Go's print of the structure: Kubernetes shows selectors like this here, and only here. */
function goText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
    .join("");
  const requirements = matchExpressions.map((requirement) => `${requirementText(requirement)},`).join("");
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${requirements}},}`;
}

function requirementText({ key, operator, values = [] }: LabelSelectorRequirement): string {
  return `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],}`;
}
