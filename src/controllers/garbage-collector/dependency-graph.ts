import type { KubeObject, ResourceType } from "../../api/resource-type.ts";

/** An object and its kind. Of the object only identity, owners and deletion are looked at. */
export interface Member {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

/** Enough to bridge the time in which the dependents of something deleted are looked at. */
const REMEMBERED_DELETIONS = 1000;

/** Who depends on whom, over all kinds. Objects are known by their uid, which no other object ever gets. */
export class DependencyGraph {
  readonly #members = new Map<string, Member>();
  readonly #dependentsByOwner = new Map<string, Set<string>>();
  readonly #deleted = new Set<string>();

  get(uid: string): Member | undefined {
    return this.#members.get(uid);
  }

  /** Whether the object was there and is not any more. False also means "not known". */
  isDeleted(uid: string): boolean {
    return this.#deleted.has(uid);
  }

  dependentsOf(uid: string): readonly Member[] {
    return [...(this.#dependentsByOwner.get(uid) ?? [])].flatMap((dependent) => this.#members.get(dependent) ?? []);
  }

  set(member: Member): void {
    const { uid = "", ownerReferences = [] } = member.object.metadata;
    this.#unlink(uid);
    this.#members.set(uid, member);
    for (const owner of ownerReferences) {
      const dependents = this.#dependentsByOwner.get(owner.uid) ?? new Set();
      this.#dependentsByOwner.set(owner.uid, dependents.add(uid));
    }
  }

  delete(uid: string): void {
    this.#unlink(uid);
    this.#members.delete(uid);
    this.#deleted.add(uid);
    const [oldest] = this.#deleted;
    if (this.#deleted.size > REMEMBERED_DELETIONS && oldest !== undefined) this.#deleted.delete(oldest);
  }

  #unlink(uid: string): void {
    for (const owner of this.#members.get(uid)?.object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependentsByOwner.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependentsByOwner.delete(owner.uid);
    }
  }
}
