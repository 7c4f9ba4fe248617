import { uncoveredRules } from "../../../api/rbac-rules.ts";
import type { ObjectMeta } from "../../../api/types/meta-v1.ts";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "../../../api/types/rbac-v1.ts";

/** Whoever sets it to "false" keeps an object of the bootstrap policy as it is. */
const AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

/** A role with what it lacks of `wanted`; undefined when that is nothing. What was added to it stays. */
export function reconciledRole<T extends Role | ClusterRole>(present: Readonly<T>, wanted: T): T | undefined {
  if (isProtected(present)) return undefined;
  const rules = present.rules ?? [];
  const wantedSelectors = selectorsOf(wanted);
  const selectors = selectorsOf(present);
  const lackedSelectors = wantedSelectors.filter((each) => !selectors.some((has) => Bun.deepEquals(has, each)));
  // Those of an aggregated role come from elsewhere.
  const isSame = wantedSelectors.length > 0 || Bun.deepEquals(rules, wanted.rules ?? []);
  const lackedRules = isSame ? [] : uncoveredRules(rules, wanted.rules ?? []);
  const metadata = withMarks(present.metadata, wanted.metadata);
  if (lackedRules.length === 0 && lackedSelectors.length === 0 && metadata === present.metadata) return undefined;
  return {
    ...present,
    metadata,
    ...(lackedRules.length > 0 ? { rules: [...rules, ...lackedRules] } : {}),
    ...(lackedSelectors.length > 0
      ? { aggregationRule: { clusterRoleSelectors: [...selectors, ...lackedSelectors] } }
      : {}),
  };
}

/** A binding with what it lacks of `wanted`; undefined when that is nothing. */
export function reconciledBinding<T extends RoleBinding | ClusterRoleBinding>(
  present: Readonly<T>,
  wanted: T,
): T | undefined {
  if (isProtected(present)) return undefined;
  const subjects = present.subjects ?? [];
  const lacked = (wanted.subjects ?? []).filter((each) => !subjects.some((has) => Bun.deepEquals(has, each)));
  const metadata = withMarks(present.metadata, wanted.metadata);
  if (lacked.length === 0 && metadata === present.metadata) return undefined;
  return { ...present, metadata, ...(lacked.length > 0 ? { subjects: [...subjects, ...lacked] } : {}) };
}

export const isProtected = ({ metadata }: { readonly metadata: ObjectMeta }): boolean =>
  metadata.annotations?.[AUTOUPDATE] === "false";

function selectorsOf(role: Role | ClusterRole) {
  return ("aggregationRule" in role ? role.aggregationRule?.clusterRoleSelectors : undefined) ?? [];
}

/** The same object when it has all of them; what is there wins. */
function withMarks(present: ObjectMeta, { labels, annotations }: ObjectMeta): ObjectMeta {
  if (hasKeys(present.labels, labels) && hasKeys(present.annotations, annotations)) return present;
  return {
    ...present,
    labels: { ...labels, ...present.labels },
    annotations: { ...annotations, ...present.annotations },
  };
}

const hasKeys = (present: Record<string, string> = {}, wanted: Record<string, string> = {}): boolean =>
  Object.keys(wanted).every((key) => key in present);
