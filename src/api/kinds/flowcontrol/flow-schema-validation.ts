import { checkFormat } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { dnsLabelProblems, dnsSubdomainProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type {
  FlowSchema,
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from "../../types/flowcontrol-v1.ts";
import { MANDATORY_SCHEMAS } from "./bootstrap-flows.ts";
import { validateConditionTypes } from "./condition-types.ts";

const VERBS = ["get", "list", "create", "update", "delete", "deletecollection", "patch", "watch", "proxy"];
const LARGEST_PRECEDENCE = 10_000;

/** Upstream's ValidateFlowSchema. */
export function validateFlowSchema({ metadata, spec, status }: FlowSchema, errors: FieldErrors): void {
  const { name = "" } = metadata;
  if (spec) validateSpec(name, spec, errors);
  const fixed = MANDATORY_SCHEMAS.find((each) => each.metadata.name === name);
  if (fixed && !semanticEqual(spec, fixed.spec)) {
    errors.invalid("spec", spec, `spec of '${name}' must equal the fixed value`);
  }
  validateConditionTypes(status?.conditions, errors);
}

function validateSpec(name: string, spec: FlowSchemaSpec, errors: FieldErrors): void {
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec;
  const precedence = "spec.matchingPrecedence";
  if (matchingPrecedence <= 0) errors.invalid(precedence, matchingPrecedence, "must be a positive value");
  if (matchingPrecedence > LARGEST_PRECEDENCE) {
    errors.invalid(precedence, matchingPrecedence, `must not be greater than ${LARGEST_PRECEDENCE}`);
  }
  if (matchingPrecedence === 1 && name !== "exempt") {
    errors.invalid(precedence, matchingPrecedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (distinguisherMethod && !["ByNamespace", "ByUser"].includes(distinguisherMethod.type)) {
    errors.notSupported("spec.distinguisherMethod.type", distinguisherMethod, ["ByNamespace", "ByUser"]);
  }
  const levelPath = "spec.priorityLevelConfiguration.name";
  const level = priorityLevelConfiguration.name;
  if (level === "") errors.required(levelPath, "must reference a priority level");
  else checkFormat(level, dnsSubdomainProblems(level), levelPath, errors);
  rules.forEach((rule, index) => validateRule(rule, at("spec.rules", index), errors));
}

function validateRule(rule: PolicyRulesWithSubjects, path: string, errors: FieldErrors): void {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule;
  if (subjects.length === 0) errors.required(child(path, "subjects"), "subjects must contain at least one value");
  subjects.forEach((subject, index) => validateSubject(subject, at(child(path, "subjects"), index), errors));
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    errors.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
  }
  resourceRules.forEach((each, index) => validateResourceRule(each, at(child(path, "resourceRules"), index), errors));
  nonResourceRules.forEach((each, index) => validatePathRule(each, at(child(path, "nonResourceRules"), index), errors));
}

/** The member that each kind of subject has, in the order in which the others are refused. */
const SUBJECT_MEMBERS = [
  ["ServiceAccount", "serviceAccount"],
  ["User", "user"],
  ["Group", "group"],
] as const;

function validateSubject(subject: Subject, path: string, errors: FieldErrors): void {
  const own = SUBJECT_MEMBERS.find(([kind]) => kind === subject.kind);
  if (!own) {
    return errors.notSupported(
      child(path, "kind"),
      subject.kind,
      SUBJECT_MEMBERS.map(([kind]) => kind),
    );
  }
  const [kind, member] = own;
  if (!subject[member]) errors.required(child(path, member), `${member} is required when subject kind is '${kind}'`);
  else if (subject[member].name === "") errors.required(child(path, `${member}.name`), "");
  if (kind === "ServiceAccount" && subject.serviceAccount) {
    validateAccount(subject.serviceAccount, child(path, "serviceAccount"), errors);
  }
  for (const [otherKind, other] of SUBJECT_MEMBERS) {
    if (other !== member && subject[other]) {
      errors.forbidden(child(path, other), `${other} is forbidden when subject kind is not '${otherKind}'`);
    }
  }
}

function validateAccount(
  { name, namespace }: NonNullable<Subject["serviceAccount"]>,
  path: string,
  errors: FieldErrors,
) {
  if (name !== "" && name !== "*") checkFormat(name, dnsSubdomainProblems(name), child(path, "name"), errors);
  if (namespace === "") errors.required(child(path, "namespace"), "must specify namespace for service account");
  else checkFormat(namespace, dnsLabelProblems(namespace), child(path, "namespace"), errors);
}

function validateVerbs(verbs: readonly string[], path: string, errors: FieldErrors): void {
  if (verbs.length === 0) errors.required(path, "verbs must contain at least one value");
  else if (verbs.includes("*")) checkAlone(verbs, "verbs", path, errors);
  else if (verbs.some((verb) => !VERBS.includes(verb))) errors.notSupported(path, verbs, VERBS);
}

function checkAlone(values: readonly string[], what: string, path: string, errors: FieldErrors): void {
  if (values.length > 1 && values.includes("*")) {
    errors.invalid(path, values, `if '*' is present, must not specify other ${what}`);
  }
}

function validateResourceRule(rule: ResourcePolicyRule, path: string, errors: FieldErrors): void {
  const { verbs, apiGroups, resources, namespaces = [], clusterScope = false } = rule;
  validateVerbs(verbs, child(path, "verbs"), errors);
  for (const [values, member, one, others] of [
    [apiGroups, "apiGroups", "api group", "api groups"],
    [resources, "resources", "resource", "resources"],
  ] as const) {
    if (values.length === 0) errors.required(child(path, member), `resource rules must supply at least one ${one}`);
    checkAlone(values, others, child(path, member), errors);
  }
  const namespacesPath = child(path, "namespaces");
  if (namespaces.length === 0 && !clusterScope) {
    const detail = "resource rules that are not cluster scoped must supply at least one namespace";
    return errors.required(namespacesPath, detail);
  }
  if (namespaces.includes("*")) return checkAlone(namespaces, "namespaces", namespacesPath, errors);
  namespaces.forEach((namespace, index) => {
    for (const problem of dnsLabelProblems(namespace)) {
      const detail = `each member of this list must be '*' or a DNS-1123 label; ${problem}`;
      errors.invalid(at(namespacesPath, index), namespace, detail);
    }
  });
}

function validatePathRule({ verbs, nonResourceURLs: urls }: NonResourcePolicyRule, path: string, errors: FieldErrors) {
  validateVerbs(verbs, child(path, "verbs"), errors);
  const urlsPath = child(path, "nonResourceURLs");
  if (urls.length === 0) return errors.required(urlsPath, "nonResourceURLs must contain at least one value");
  if (urls.includes("*")) return checkAlone(urls, "non-resource URLs", urlsPath, errors);
  urls.forEach((url, index) => {
    const problem = urlProblem(url);
    if (problem !== undefined) errors.invalid(at(urlsPath, index), url, problem);
  });
}

function urlProblem(url: string): string | undefined {
  if (url === "") return "must not be empty";
  if (url === "/") return undefined;
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  const stars = url.split("*").length - 1;
  if (stars > 1 || (stars === 1 && !url.endsWith("/*"))) {
    return "wildcard can only do suffix matching";
  }
  return undefined;
}
