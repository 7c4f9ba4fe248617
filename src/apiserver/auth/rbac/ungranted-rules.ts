import { compactedRules, uncoveredRules } from "../../../api/rbac-rules.ts";
import type { PolicyRule } from "../../../api/types/rbac-v1.ts";
import type { Authorizer } from "../authorizer.ts";
import type { UserInfo } from "../user-info.ts";

/** Upstream's words for what a user would give away without having it; undefined when they have all of it. */
export async function ungrantedRules(
  rules: readonly PolicyRule[],
  { user, namespace }: { readonly user: UserInfo; readonly namespace: string },
  authorizer: Authorizer,
): Promise<string | undefined> {
  const { resourceRules, pathRules, evaluationError } = await authorizer.rules(user, namespace);
  const missing = uncoveredRules([...resourceRules, ...pathRules], rules);
  if (missing.length === 0) return undefined;
  const lines = [...new Set(compactedRules(missing).map((rule) => ruleText(rule)))].toSorted();
  const problem = evaluationError === undefined ? "" : `; resolution errors: [${evaluationError}]`;
  const who = `user ${JSON.stringify(user.name)} (groups=${listText(user.groups)})`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}${problem}`;
}

function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = [
    ["APIGroups", apiGroups],
    ["Resources", resources],
    ["NonResourceURLs", nonResourceURLs],
    ["ResourceNames", resourceNames],
    ["Verbs", verbs],
  ] as const;
  const texts = parts.flatMap(([name, list]) => (list?.length ? [`${name}:${listText(list)}`] : []));
  return `{${texts.join(", ")}}`;
}

const listText = (list: readonly string[]): string => `[${list.map((each) => JSON.stringify(each)).join(" ")}]`;
