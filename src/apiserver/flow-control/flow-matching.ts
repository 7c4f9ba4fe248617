import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from "../../api/types/flowcontrol-v1.ts";
import type { UserInfo } from "../auth/user-info.ts";
import type { RequestInfo } from "../request-info.ts";

const ALL = "*";
const SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

/** A request as flow schemas see it. */
export interface FlowRequest {
  readonly user: UserInfo;
  readonly info: RequestInfo;
}

/** Whether a request is of the flows that a schema describes (apiserver/pkg/util/flowcontrol/rule.go). */
export function matchesSchema({ spec }: FlowSchema, request: FlowRequest): boolean {
  return spec?.rules?.some((rule) => matchesRule(rule, request)) ?? false;
}

/** What tells the flows of one schema from each other. */
export function flowDistinguisher({ spec }: FlowSchema, { user, info }: FlowRequest): string {
  switch (spec?.distinguisherMethod?.type) {
    case "ByUser":
      return user.name;
    case "ByNamespace":
      return info.type === "resource" ? info.namespace : "";
    default:
      return "";
  }
}

function matchesRule(rule: PolicyRulesWithSubjects, { user, info }: FlowRequest): boolean {
  if (!rule.subjects.some((subject) => matchesSubject(subject, user))) return false;
  if (info.type === "path") {
    return rule.nonResourceRules?.some((each) => matchesPath(each, info.verb, info.path)) ?? false;
  }
  return rule.resourceRules?.some((each) => matchesResource(each, info)) ?? false;
}

function matchesSubject({ kind, user, group, serviceAccount }: Subject, { name, groups }: UserInfo): boolean {
  switch (kind) {
    case "User":
      return user !== undefined && (user.name === ALL || user.name === name);
    case "Group":
      return group !== undefined && (group.name === ALL || groups.includes(group.name));
    case "ServiceAccount":
      return serviceAccount !== undefined && matchesAccount(serviceAccount, name);
    default:
      return false;
  }
}

function matchesAccount(account: { readonly namespace: string; readonly name: string }, user: string): boolean {
  const prefix = `${SERVICE_ACCOUNT_PREFIX}${account.namespace}:`;
  return account.name === ALL ? user.startsWith(prefix) : user === prefix + account.name;
}

function matchesResource(rule: ResourcePolicyRule, info: Extract<RequestInfo, { type: "resource" }>): boolean {
  const resource = info.subresource === "" ? info.resource : `${info.resource}/${info.subresource}`;
  return (
    includes(rule.verbs, info.verb) &&
    includes(rule.apiGroups, info.group) &&
    includes(rule.resources, resource) &&
    (info.namespace === "" ? rule.clusterScope === true : includes(rule.namespaces ?? [], info.namespace))
  );
}

function matchesPath({ verbs, nonResourceURLs }: NonResourcePolicyRule, verb: string, path: string): boolean {
  return (
    includes(verbs, verb) &&
    nonResourceURLs.some(
      (pattern) =>
        pattern === ALL || pattern === path || (pattern.endsWith("/*") && path.startsWith(pattern.slice(0, -1))),
    )
  );
}

const includes = (values: readonly string[], value: string): boolean => values.includes(value) || values.includes(ALL);
