import { matchResourcesDefaults } from "./webhook-defaults.ts";

type MatchResources = Parameters<typeof matchResourcesDefaults>[0];

/** What validating and mutating policies have in common. */
interface PolicySpec {
  failurePolicy?: string | undefined;
  matchConstraints?: MatchResources;
}

export function policyDefaults(spec: PolicySpec | undefined): void {
  if (!spec) return;
  spec.failurePolicy ??= "Fail";
  matchResourcesDefaults(spec.matchConstraints);
}

/** The kind that parameterises a policy, as its column shows it. */
export function paramKindText(
  paramKind: { apiVersion?: string | undefined; kind?: string | undefined } | undefined,
): string {
  return paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : "<unset>";
}
