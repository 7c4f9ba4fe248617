import type { Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "./types/core-v1.ts";

/** Whether any term of the selector selects the node. A term without requirements selects nothing. */
export function matchesNodeSelector({ nodeSelectorTerms }: NodeSelector, node: Node): boolean {
  return nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

export function matchesNodeSelectorTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  node: Node,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const { labels = {}, name = "" } = node.metadata;
  return (
    matchExpressions.every((requirement) => matches(requirement, labels[requirement.key])) &&
    // The one field that can be selected.
    matchFields.every((requirement) => matches(requirement, requirement.key === "metadata.name" ? name : undefined))
  );
}

function matches({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return compareIntegers(value, values[0], (left, right) => left > right);
    case "Lt":
      return compareIntegers(value, values[0], (left, right) => left < right);
    default:
      // Validation lets no other operator in.
      return false;
  }
}

function compareIntegers(
  value: string | undefined,
  bound: string | undefined,
  holds: (left: number, right: number) => boolean,
): boolean {
  const [left, right] = [value, bound].map((text) => (/^[+-]?\d+$/.test(text ?? "") ? Number(text) : Number.NaN));
  return left !== undefined && right !== undefined && holds(left, right);
}
