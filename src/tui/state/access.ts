import { type Rule, uncoveredRules } from "../../api/rbac-rules.ts";
import type { ObjectAddress } from "../../feeds/resource.ts";
import { objectIn, objectsIn } from "../../feeds/table-rows.ts";
import { type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";

/** What a user may do in a namespace, as far as the server could tell. */
export interface AccessRules {
  readonly rules: readonly Rule[];
  /** Some authorizers cannot list what they allow: then nothing can be said to be forbidden. */
  readonly isComplete: boolean;
}

/** The answer to a SelfSubjectRulesReview. */
export function accessRules(review: JsonObject): AccessRules {
  const status = objectIn(review, "status");
  return {
    isComplete: status["incomplete"] !== true,
    rules: objectsIn(status, "resourceRules").map((rule) => ({
      verbs: textsIn(rule["verbs"]),
      apiGroups: textsIn(rule["apiGroups"]),
      resources: textsIn(rule["resources"]),
      resourceNames: textsIn(rule["resourceNames"]),
    })),
  };
}

const textsIn = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** What an action asks of the server. */
export interface Need {
  readonly verb: string;
  readonly subresource?: string;
}

/** Is it known that the user may not do this? The server has the last word in any case. */
export function isForbidden(access: AccessRules | undefined, need: Need, { resource, name }: ObjectAddress): boolean {
  if (!access?.isComplete) return false;
  const { verb, subresource } = need;
  const wanted = {
    verbs: [verb],
    apiGroups: [resource.group],
    resources: [subresource === undefined ? resource.resource : `${resource.resource}/${subresource}`],
    resourceNames: [name],
  };
  return uncoveredRules(access.rules, [wanted]).length > 0;
}
