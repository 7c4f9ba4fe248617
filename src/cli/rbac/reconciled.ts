import { uncoveredRules } from "../../api/rbac-rules.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from "../../api/types/rbac-v1.ts";

/** What has to happen to an object of RBAC so that it gives what its manifest gives. */
export interface Reconciliation<T> {
  readonly operation: "none" | "create" | "update" | "recreate";
  readonly object: T;
  /** Its owner wants it to stay as it is. */
  readonly isProtected: boolean;
  readonly missingRules: readonly PolicyRule[];
  readonly extraRules: readonly PolicyRule[];
  readonly missingSubjects: readonly Subject[];
  readonly extraSubjects: readonly Subject[];
}

const NOTHING = { isProtected: false, missingRules: [], extraRules: [], missingSubjects: [], extraSubjects: [] };

const AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

/** Roles keep what they give beyond the manifest, unless that is to be removed. */
export function reconciledRole<T extends Role | ClusterRole>(
  existing: T | undefined,
  expected: T,
  { removesExtra }: { readonly removesExtra: boolean },
): Reconciliation<T> {
  if (!existing) return { ...NOTHING, operation: "create", object: expected, missingRules: expected.rules ?? [] };
  const metadata = mergedMarks(existing.metadata, expected.metadata);
  const [had = [], wanted = []] = [existing.rules, expected.rules];
  const isAggregated = selectorsOf(existing) !== undefined && selectorsOf(expected) !== undefined;
  const extraRules = isAggregated ? [] : uncoveredRules(wanted, had);
  const missingRules = uncoveredRules(had, wanted);
  const replaces = removesExtra && missingRules.length + extraRules.length > 0;
  const rules = replaces ? wanted : [...had, ...missingRules];
  const selectors = reconciledSelectors(existing, expected, removesExtra);
  const isSame =
    metadata === existing.metadata && missingRules.length === 0 && !replaces && selectors === selectorsOf(existing);
  const { aggregationRule: _, ...rest } = existing as ClusterRole;
  return {
    ...NOTHING,
    operation: isSame ? "none" : "update",
    // A role has no aggregation rule, and so gets none.
    object: {
      ...rest,
      metadata,
      rules: [...rules],
      ...(selectors ? { aggregationRule: { clusterRoleSelectors: [...selectors] } } : {}),
    } as unknown as T,
    isProtected: isProtected(existing.metadata),
    missingRules,
    extraRules,
  };
}

/** A binding to another role cannot be changed, only made anew. */
export function reconciledBinding<T extends RoleBinding | ClusterRoleBinding>(
  existing: T | undefined,
  expected: T,
  { removesExtra }: { readonly removesExtra: boolean },
): Reconciliation<T> {
  const wanted = expected.subjects ?? [];
  if (!existing) return { ...NOTHING, operation: "create", object: expected, missingSubjects: wanted };
  const protects = { isProtected: isProtected(existing.metadata) };
  if (!Bun.deepEquals(existing.roleRef, expected.roleRef))
    return { ...NOTHING, ...protects, operation: "recreate", object: expected };
  const had = existing.subjects ?? [];
  const metadata = mergedMarks(existing.metadata, expected.metadata);
  const missingSubjects = onlyIn(wanted, had);
  const extraSubjects = onlyIn(had, wanted);
  const replaces = removesExtra && missingSubjects.length + extraSubjects.length > 0;
  const isSame = metadata === existing.metadata && missingSubjects.length === 0 && !replaces;
  return {
    ...NOTHING,
    ...protects,
    operation: isSame ? "none" : "update",
    object: { ...existing, metadata, subjects: replaces ? [...wanted] : [...had, ...missingSubjects] },
    missingSubjects,
    extraSubjects,
  };
}

const isProtected = ({ annotations }: ObjectMeta): boolean => annotations?.[AUTOUPDATE] === "false";

function onlyIn(these: readonly Subject[], others: readonly Subject[]): readonly Subject[] {
  return these.filter(
    (subject, index) =>
      !others.some((other) => isSame(other, subject)) && these.findIndex((each) => isSame(each, subject)) === index,
  );
}

const isSame = (left: Subject, right: Subject): boolean => Bun.deepEquals(left, right);

type Selectors = NonNullable<ClusterRole["aggregationRule"]>["clusterRoleSelectors"];

function selectorsOf(role: Role | ClusterRole): Selectors {
  return "aggregationRule" in role ? (role.aggregationRule?.clusterRoleSelectors ?? []) : undefined;
}

function reconciledSelectors(
  existing: Role | ClusterRole,
  expected: Role | ClusterRole,
  removesExtra: boolean,
): Selectors {
  const had = selectorsOf(existing);
  const wanted = selectorsOf(expected);
  if (!wanted) return undefined;
  const missing = wanted.filter((each) => !had?.some((other) => Bun.deepEquals(other, each)));
  const extra = (had ?? []).filter((each) => !wanted.some((other) => Bun.deepEquals(other, each)));
  if (removesExtra && missing.length + extra.length > 0) return wanted;
  return missing.length === 0 ? had : [...(had ?? []), ...missing];
}

/** The same object when nothing is to be added; what is there wins. */
function mergedMarks(existing: ObjectMeta, expected: ObjectMeta): ObjectMeta {
  const lacks = (key: "labels" | "annotations"): boolean =>
    Object.keys(expected[key] ?? {}).some((name) => existing[key]?.[name] === undefined);
  if (!lacks("labels") && !lacks("annotations")) return existing;
  return {
    ...existing,
    ...(lacks("labels") ? { labels: { ...expected.labels, ...existing.labels } } : {}),
    ...(lacks("annotations") ? { annotations: { ...expected.annotations, ...existing.annotations } } : {}),
  };
}
