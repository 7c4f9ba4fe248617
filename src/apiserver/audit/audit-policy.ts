import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodeYaml } from "../../lib/yaml/yaml.ts";
import type { Attributes } from "../auth/authorizer.ts";

/** What is written down of a request, from least to most. */
const AUDIT_LEVELS = ["None", "Metadata", "Request", "RequestResponse"] as const;
type AuditLevel = (typeof AUDIT_LEVELS)[number];

const AUDIT_STAGES = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"] as const;
export type AuditStage = (typeof AUDIT_STAGES)[number];

export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

interface AuditRule {
  readonly level: AuditLevel;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean | undefined;
}

interface GroupResources {
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

/** How a request is audited. */
export interface AuditDecision {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<AuditStage>;
  readonly omitManagedFields: boolean;
}

/** The first rule that fits decides; what fits none is not audited (apiserver/pkg/audit/policy/checker.go). */
export function auditDecision(policy: AuditPolicy, attributes: Attributes): AuditDecision {
  const rule = policy.rules.find((each) => fits(each, attributes));
  return {
    level: rule?.level ?? "None",
    omitStages: new Set([...policy.omitStages, ...(rule?.omitStages ?? [])]),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields,
  };
}

function fits(rule: AuditRule, attributes: Attributes): boolean {
  const { user, verb } = attributes;
  if (rule.users.length > 0 && !rule.users.includes(user.name)) return false;
  if (rule.userGroups.length > 0 && !rule.userGroups.some((group) => user.groups.includes(group))) return false;
  if (rule.verbs.length > 0 && !rule.verbs.includes(verb)) return false;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) return fitsResource(rule, attributes);
  if (rule.nonResourceURLs.length > 0) return fitsPath(rule, attributes);
  return true;
}

function fitsPath({ nonResourceURLs }: AuditRule, attributes: Attributes): boolean {
  if (attributes.type !== "path") return false;
  const { path } = attributes;
  return nonResourceURLs.some(
    (pattern) =>
      pattern === "*" || pattern === path || (pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1))),
  );
}

function fitsResource({ namespaces, resources }: AuditRule, attributes: Attributes): boolean {
  if (attributes.type !== "resource") return false;
  if (namespaces.length > 0 && !namespaces.includes(attributes.namespace)) return false;
  return resources.length === 0 || resources.some((each) => names(each, attributes));
}

function names(wanted: GroupResources, attributes: Extract<Attributes, { type: "resource" }>): boolean {
  const { group, resource, subresource, name } = attributes;
  if (wanted.group !== group) return false;
  if (wanted.resources.length === 0) return true;
  const isNamed = wanted.resourceNames.length === 0 || wanted.resourceNames.includes(name);
  const combined = subresource === "" ? resource : `${resource}/${subresource}`;
  return wanted.resources.some((pattern) => {
    if (pattern === "*") return true;
    if (pattern === combined) return isNamed;
    if (subresource === "") return false;
    return isNamed && (pattern === `*/${subresource}` || pattern === `${resource}/*`);
  });
}

/** Reads a file as upstream's --audit-policy-file takes it. */
export function parseAuditPolicy(text: string, path: string): AuditPolicy {
  const refuse = (problem: string): never => {
    throw new UserError(`Cannot use audit policy ${path}: ${problem}`);
  };
  let value: JsonValue;
  try {
    ({ value } = decodeYaml(text));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isJsonObject(value) || value["apiVersion"] !== "audit.k8s.io/v1" || value["kind"] !== "Policy") {
    return refuse("it is no Policy of audit.k8s.io/v1");
  }
  const { rules } = value;
  if (!Array.isArray(rules) || rules.length === 0) return refuse("it has no rules, so nothing would be written down");
  return {
    rules: rules.map((rule, index) =>
      isJsonObject(rule) ? parseRule(rule, refuse) : refuse(`rules[${index}] is no rule`),
    ),
    omitStages: stagesOf(value, refuse),
    omitManagedFields: value["omitManagedFields"] === true,
  };
}

type Refuse = (problem: string) => never;

function parseRule(rule: JsonObject, refuse: Refuse): AuditRule {
  const level = AUDIT_LEVELS.find((each) => each === rule["level"]);
  const { omitManagedFields } = rule;
  return {
    level: level ?? refuse(`level ${JSON.stringify(rule["level"])} is none of ${AUDIT_LEVELS.join(", ")}`),
    users: texts(rule, "users", refuse),
    userGroups: texts(rule, "userGroups", refuse),
    verbs: texts(rule, "verbs", refuse),
    namespaces: texts(rule, "namespaces", refuse),
    nonResourceURLs: texts(rule, "nonResourceURLs", refuse),
    resources: objects(rule, "resources", refuse).map((each) => ({
      group: typeof each["group"] === "string" ? each["group"] : "",
      resources: texts(each, "resources", refuse),
      resourceNames: texts(each, "resourceNames", refuse),
    })),
    omitStages: stagesOf(rule, refuse),
    omitManagedFields: typeof omitManagedFields === "boolean" ? omitManagedFields : undefined,
  };
}

function stagesOf(value: JsonObject, refuse: Refuse): readonly AuditStage[] {
  return texts(value, "omitStages", refuse).map(
    (stage) => AUDIT_STAGES.find((each) => each === stage) ?? refuse(`there is no stage ${JSON.stringify(stage)}`),
  );
}

function texts(value: JsonObject, member: string, refuse: Refuse): readonly string[] {
  const list = value[member] ?? [];
  if (!Array.isArray(list)) return refuse(`${member} is no list`);
  return list.map((each) => (typeof each === "string" ? each : refuse(`${member} has what is no text`)));
}

function objects(value: JsonObject, member: string, refuse: Refuse): readonly JsonObject[] {
  const list = value[member] ?? [];
  if (!Array.isArray(list)) return refuse(`${member} is no list`);
  return list.map((each) => (isJsonObject(each) ? each : refuse(`${member} has what is no object`)));
}
