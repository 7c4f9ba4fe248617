import { BASELINE_CHECKS } from "./baseline-checks.ts";
import type { Check, CheckedPod, CheckPod, Violation } from "./check.ts";
import type { LevelVersion, PolicyVersion } from "./policy.ts";
import { RESTRICTED_CHECKS } from "./restricted-checks.ts";

/** Everything about a pod that a level does not allow. */
export function violations(pod: CheckedPod, { level, version }: LevelVersion): readonly Violation[] {
  if (level === "privileged") return [];
  const restricted = level === "restricted" ? held(RESTRICTED_CHECKS, version) : [];
  const overridden = restricted.flatMap(({ check }) => check.overrides ?? []);
  const baseline = held(BASELINE_CHECKS, version).filter(({ check }) => !overridden.includes(check.id));
  return [...baseline, ...restricted].flatMap(({ checkPod }) => checkPod(pod) ?? []);
}

/** The rules there are in a version, each as it was then. */
function held(checks: readonly Check[], version: PolicyVersion): { check: Check; checkPod: CheckPod }[] {
  return checks.flatMap((check) => {
    const found = check.versions.findLast(([since]) => version === "latest" || since <= version);
    return found ? [{ check, checkPod: found[1] }] : [];
  });
}

/** `host namespaces (hostPID=true), privileged (container "a" must not ...)`. */
export const violationsText = (found: readonly Violation[]): string =>
  found.map(({ reason, detail }) => (detail === "" ? reason : `${reason} (${detail})`)).join(", ");
