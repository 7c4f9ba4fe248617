import { isCaBundle } from "../../api/ca-bundle.ts";
import { approvalState, isProtectedGroup } from "../../api/custom-resources/api-approval.ts";
import { structuralProblems } from "../../api/custom-resources/structural-problems.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from "../../api/types/apiextensions-v1.ts";
import { jsonEqual } from "../../lib/json/json-value.ts";
import { isTrue, withCondition } from "./definition-conditions.ts";

/**
 * The status of a definition by what it asks for and what others of its group have: which names it gets, whether it can be
 * served, and what is to be said about it. Upstream has a controller for each of these conditions.
 */
export function definitionStatus(
  definition: CustomResourceDefinition,
  siblings: readonly CustomResourceDefinition[],
  now: number,
): CustomResourceDefinitionStatus {
  let status: CustomResourceDefinitionStatus = { ...definition.status };
  const set = (condition: Omit<CustomResourceDefinitionCondition, "lastTransitionTime">): void => {
    status = { ...status, conditions: withCondition(status.conditions ?? [], condition, now) };
  };
  if (!jsonEqual(definition.spec.names, status.acceptedNames)) {
    const { names, conflict } = acceptedNames(definition, siblings);
    status = { ...status, acceptedNames: names };
    set(namesCondition(conflict));
    if (conflict && !status.conditions?.some(({ type }) => type === "Established")) set(NOT_ACCEPTED);
  }
  const asked = { ...definition, status };
  if (isTrue(asked, "NamesAccepted") && !isTrue(asked, "Established")) set(establishedCondition(definition));
  const violation = structuralCondition(definition);
  if (violation) set(violation);
  else status = without(status, "NonStructuralSchema");
  const approval = approvalCondition(definition);
  if (approval) set(approval);
  return status;
}

const NOT_ACCEPTED = {
  type: "Established",
  status: "False",
  reason: "NotAccepted",
  message: "not all names are accepted",
};

interface Conflict {
  readonly reason: string;
  readonly message: string;
}

/** The names that nobody else has; those that somebody has stay what they were. The last conflict is the one that is told. */
function acceptedNames(
  { spec, status }: CustomResourceDefinition,
  siblings: readonly CustomResourceDefinition[],
): { readonly names: CustomResourceDefinitionNames; readonly conflict: Conflict | undefined } {
  const accepted: Partial<CustomResourceDefinitionNames> = status?.acceptedNames ?? {};
  const taken = siblings.map((sibling) => sibling.status?.acceptedNames);
  const own = [accepted];
  const resources = new Set(
    [...own, ...taken].flatMap((names) => [names?.plural, names?.singular, ...(names?.shortNames ?? [])]),
  );
  const kinds = new Set([...own, ...taken].flatMap((names) => [names?.kind, names?.listKind]));
  const asked = spec.names;
  const names: Partial<CustomResourceDefinitionNames> = { ...accepted, categories: asked.categories };
  let conflict: Conflict | undefined;
  const take = (key: "plural" | "singular" | "kind" | "listKind", used: ReadonlySet<unknown>, reason: string): void => {
    const name = asked[key];
    if (name !== accepted[key] && used.has(name)) conflict = { reason, message: inUse(name) };
    else if (name !== undefined) names[key] = name;
  };
  take("plural", resources, "PluralConflict");
  take("singular", resources, "SingularConflict");
  const unavailable = (asked.shortNames ?? []).filter(
    (name) => !accepted.shortNames?.includes(name) && resources.has(name),
  );
  if (unavailable.length > 0) conflict = { reason: "ShortNamesConflict", message: aggregate(unavailable.map(inUse)) };
  else if (asked.shortNames) names.shortNames = asked.shortNames;
  else delete names.shortNames;
  take("kind", kinds, "KindConflict");
  take("listKind", kinds, "ListKindConflict");
  if (!names.categories) delete names.categories;
  // What was not accepted yet is empty, as upstream has it.
  return { names: { kind: "", plural: "", ...names }, conflict };
}

const inUse = (name: string | undefined): string => `${JSON.stringify(name ?? "")} is already in use`;

const aggregate = (messages: readonly string[]): string =>
  messages.length === 1 ? (messages[0] ?? "") : `[${messages.join(", ")}]`;

const namesCondition = (conflict: Conflict | undefined) =>
  conflict
    ? { type: "NamesAccepted", status: "False", ...conflict }
    : { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" };

function establishedCondition({ spec }: CustomResourceDefinition) {
  const caBundle = spec.conversion?.webhook?.clientConfig?.caBundle;
  if (caBundle !== undefined && !isCaBundle(caBundle)) {
    const message = "The conversion webhook CABundle is invalid";
    return { type: "Established", status: "False", reason: "InvalidCABundle", message };
  }
  const message = "the initial names have been accepted";
  return { type: "Established", status: "True", reason: "InitialNamesAccepted", message };
}

function structuralCondition({ spec }: CustomResourceDefinition) {
  const problems = [
    ...(spec.preserveUnknownFields ? ["spec.preserveUnknownFields: Invalid value: true: must be false"] : []),
    ...spec.versions.flatMap(({ schema }, index) =>
      schema?.openAPIV3Schema
        ? structuralProblems(schema.openAPIV3Schema, `spec.versions[${index}].schema.openAPIV3Schema`)
        : [],
    ),
  ];
  if (problems.length === 0) return undefined;
  return { type: "NonStructuralSchema", status: "True", reason: "Violations", message: aggregate(problems) };
}

function approvalCondition({ spec, metadata }: CustomResourceDefinition) {
  if (!isProtectedGroup(spec.group)) return undefined;
  const { state, message } = approvalState(metadata.annotations);
  const type = "KubernetesAPIApprovalPolicyConformant";
  switch (state) {
    case "approved":
      return { type, status: "True", reason: "ApprovedAnnotation", message };
    case "bypassed":
      return { type, status: "False", reason: "UnapprovedAnnotation", message };
    case "missing":
      return { type, status: "False", reason: "MissingAnnotation", message };
    case "invalid":
      return { type, status: "False", reason: "InvalidAnnotation", message };
  }
}

const without = (status: CustomResourceDefinitionStatus, type: string): CustomResourceDefinitionStatus =>
  status.conditions?.some((each) => each.type === type)
    ? { ...status, conditions: status.conditions.filter((each) => each.type !== type) }
    : status;
