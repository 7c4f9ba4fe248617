import { timestamp } from "../../../lib/time/clock.ts";
import type { WriteContext } from "../../kind.ts";
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition as Condition,
} from "../../types/certificates-v1.ts";

const DECISIONS: readonly string[] = ["Approved", "Denied"];

/** An update of /status: the certificate and conditions, but not the decision, which is /approval's. */
export function prepareCertificateStatus(
  draft: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { now }: WriteContext,
): void {
  const conditions = draft.status?.conditions ?? [];
  const oldConditions = old.status?.conditions ?? [];
  draft.status = {
    ...draft.status,
    conditions: stamped(withKept(conditions, oldConditions, DECISIONS), oldConditions, now),
  };
}

/** An update of /approval: the decision, and nothing else. */
export function prepareCertificateApproval(
  draft: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { now }: WriteContext,
): void {
  const oldConditions = old.status?.conditions ?? [];
  const conditions = draft.status?.conditions ?? [];
  draft.spec = structuredClone(old.spec);
  draft.status = {
    ...structuredClone(old.status),
    conditions: stamped(withKept(conditions, oldConditions, ["Failed"]), oldConditions, now),
  };
}

/** Conditions of these types stay as they were, unless some were added or removed: that validation refuses. */
function withKept(conditions: readonly Condition[], old: readonly Condition[], types: readonly string[]): Condition[] {
  const result = [...conditions];
  for (const type of types) {
    const before = old.filter((condition) => condition.type === type);
    const places = result.flatMap((condition, index) => (condition.type === type ? [index] : []));
    if (before.length !== places.length) continue;
    places.forEach((place, index) => {
      const kept = before[index];
      if (kept) result[place] = structuredClone(kept);
    });
  }
  return result;
}

function stamped(conditions: readonly Condition[], old: readonly Condition[], now: number): Condition[] {
  return conditions.map((condition) => {
    const before = old.find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? timestamp(now),
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? timestamp(now),
    };
  });
}
