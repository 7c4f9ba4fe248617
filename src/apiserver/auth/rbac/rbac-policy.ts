import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from "../../../api/types/rbac-v1.ts";
import type { UserInfo } from "../user-info.ts";

type AnyRole = Readonly<Role | ClusterRole>;
type AnyBinding = Readonly<RoleBinding | ClusterRoleBinding>;

/** What a subject has by one binding. */
export interface Grant {
  readonly binding: AnyBinding;
  /** Where its role is found, if there is one. */
  readonly roleKey: string;
  /** Which binding gives what to whom, as upstream tells it in reviews. */
  readonly source: string;
}

interface SubjectGrants {
  readonly everywhere: Set<Grant>;
  readonly byNamespace: Map<string, Set<Grant>>;
}

/**
 * Roles and bindings as requests are decided by them: what was granted is found by subject, and the role of a grant when it
 * is looked at, so that a change of a role needs no work here.
 */
export class RbacPolicy {
  readonly #roles = new Map<string, AnyRole>();
  readonly #bindings = new Map<string, AnyBinding>();
  readonly #grants = new Map<string, SubjectGrants>();

  putRole(role: AnyRole): void {
    this.#roles.set(keyOf(role), role);
  }

  deleteRole(role: AnyRole): void {
    this.#roles.delete(keyOf(role));
  }

  putBinding(binding: AnyBinding): void {
    this.deleteBinding(binding);
    this.#bindings.set(keyOf(binding), binding);
    const namespace = binding.metadata.namespace ?? "";
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, namespace);
      if (key !== undefined) this.#grantsAt(key, namespace).add(grantOf(binding, subject));
    }
  }

  deleteBinding(binding: AnyBinding): void {
    const old = this.#bindings.get(keyOf(binding));
    if (!old) return;
    this.#bindings.delete(keyOf(binding));
    const namespace = old.metadata.namespace ?? "";
    for (const subject of old.subjects ?? []) {
      const key = subjectKey(subject, namespace);
      if (key !== undefined) this.#revoke(key, namespace, old);
    }
  }

  /** The role of the same kind and name. */
  role<T extends AnyRole>(like: T): Readonly<T> | undefined {
    // The key has the kind in it.
    return this.#roles.get(keyOf(like)) as Readonly<T> | undefined;
  }

  binding<T extends AnyBinding>(like: T): Readonly<T> | undefined {
    return this.#bindings.get(keyOf(like)) as Readonly<T> | undefined;
  }

  /** Undefined: there is no such role. */
  rulesOf({ roleKey }: Grant): readonly PolicyRule[] | undefined {
    const role = this.#roles.get(roleKey);
    return role && (role.rules ?? []);
  }

  /** Looks at what a user has in a namespace (empty: cluster-wide) until `isEnough`. */
  visit({ name, groups }: UserInfo, namespace: string, isEnough: (grant: Grant) => boolean): void {
    if (this.#visitSubject(userKey(name), namespace, isEnough)) return;
    for (const group of groups) {
      if (this.#visitSubject(groupKey(group), namespace, isEnough)) return;
    }
  }

  #visitSubject(key: string, namespace: string, isEnough: (grant: Grant) => boolean): boolean {
    const grants = this.#grants.get(key);
    if (!grants) return false;
    for (const grant of grants.everywhere) if (isEnough(grant)) return true;
    if (namespace === "") return false;
    for (const grant of grants.byNamespace.get(namespace) ?? []) if (isEnough(grant)) return true;
    return false;
  }

  #grantsAt(key: string, namespace: string): Set<Grant> {
    let grants = this.#grants.get(key);
    if (!grants) this.#grants.set(key, (grants = { everywhere: new Set(), byNamespace: new Map() }));
    if (namespace === "") return grants.everywhere;
    const there = grants.byNamespace.get(namespace) ?? new Set();
    grants.byNamespace.set(namespace, there);
    return there;
  }

  #revoke(key: string, namespace: string, binding: AnyBinding): void {
    const grants = this.#grants.get(key);
    if (!grants) return;
    const there = namespace === "" ? grants.everywhere : grants.byNamespace.get(namespace);
    for (const grant of there ?? []) if (grant.binding === binding) there?.delete(grant);
    if (there?.size === 0) grants.byNamespace.delete(namespace);
    if (grants.everywhere.size === 0 && grants.byNamespace.size === 0) this.#grants.delete(key);
  }
}

const userKey = (name: string): string => `User/${name}`;
const groupKey = (name: string): string => `Group/${name}`;

const keyOf = ({ kind, metadata }: AnyRole | AnyBinding): string =>
  `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

/** Service accounts are users; one without a namespace is of the binding's. */
function subjectKey({ kind, name, namespace = "" }: Subject, bindingNamespace: string): string | undefined {
  switch (kind) {
    case "User":
      return userKey(name);
    case "Group":
      return groupKey(name);
    case "ServiceAccount": {
      const home = namespace === "" ? bindingNamespace : namespace;
      return home === "" ? undefined : userKey(`system:serviceaccount:${home}:${name}`);
    }
    default:
      return undefined;
  }
}

function grantOf(binding: AnyBinding, subject: Subject): Grant {
  const { kind, metadata, roleRef } = binding;
  const namespace = metadata.namespace ?? "";
  const roleKey = `${roleRef.kind}/${roleRef.kind === "Role" ? namespace : ""}/${roleRef.name}`;
  const bindingName = namespace === "" ? metadata.name : `${metadata.name}/${namespace}`;
  const subjectName =
    subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace || namespace}` : subject.name;
  const source = `${kind} "${bindingName}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${subjectName}"`;
  return { binding, roleKey, source };
}
