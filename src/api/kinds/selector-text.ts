import type { LabelSelector, LabelSelectorRequirement } from "../types/meta-v1.ts";

/** A label selector as one line, `app=web,tier in (a,b)`, in the order upstream's labels.Selector prints; empty for none. */
export function selectorText(selector: LabelSelector | undefined): string {
  const equalities = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }));
  const requirements = (selector?.matchExpressions ?? []).map((requirement) => ({
    key: requirement.key,
    text: requirementText(requirement),
  }));
  return [...equalities, ...requirements]
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(",");
}

function requirementText({ key, operator, values = [] }: LabelSelectorRequirement): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${values.toSorted().join(",")})`;
}

/** As columns show it. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  return selectorText(selector) || "<none>";
}

/** A map of labels as columns show it. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return (
    Object.entries(labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .toSorted()
      .join(",") || "<none>"
  );
}
