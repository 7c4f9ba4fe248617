import type { Kind } from "../../../api/kind.ts";
import { clusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import { clusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import { roleBinding } from "../../../api/kinds/rbac/role-binding.ts";
import { role } from "../../../api/kinds/rbac/role.ts";
import type { KubeObject } from "../../../api/resource-type.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { KeyValue, Store, StoreEvent } from "../../../store/store.ts";
import { ObjectStorage } from "../../objects/object-storage.ts";
import { RbacPolicy } from "./rbac-policy.ts";

export interface FollowedPolicy extends Disposable {
  readonly policy: RbacPolicy;
}

/** All four kinds lie below it. */
const PREFIX = "/registry/rbac.authorization.k8s.io/";

/**
 * Keeps a policy at the state of the store until disposed. Stores tell their watchers of a change before its writer hears
 * of its success, so whoever was told that a binding is made can count on it.
 */
export async function followRbacPolicy(store: Store, log: Logger): Promise<FollowedPolicy> {
  const policy = new RbacPolicy();
  const followers = [
    follower(
      role,
      (object) => policy.putRole(object),
      (object) => policy.deleteRole(object),
    ),
    follower(
      clusterRole,
      (object) => policy.putRole(object),
      (object) => policy.deleteRole(object),
    ),
    follower(
      roleBinding,
      (object) => policy.putBinding(object),
      (object) => policy.deleteBinding(object),
    ),
    follower(
      clusterRoleBinding,
      (object) => policy.putBinding(object),
      (object) => policy.deleteBinding(object),
    ),
  ];
  const followerOf = (entry: KeyValue): Follower | undefined =>
    followers.find(({ prefix }) => entry.key.startsWith(prefix));

  const { items, revision } = await store.range(PREFIX);
  for (const entry of items) followerOf(entry)?.put(entry);
  let isDisposed = false;
  const watch = await store.watch(PREFIX, revision, {
    onEvents(events: readonly StoreEvent[]) {
      for (const { type, entry } of events) followerOf(entry)?.[type](entry);
    },
    onEnd(error) {
      if (!isDisposed) log.error("Roles and bindings are no longer followed", { error });
    },
  });
  return {
    policy,
    [Symbol.dispose]() {
      isDisposed = true;
      watch.close();
    },
  };
}

interface Follower {
  readonly prefix: string;
  put(entry: KeyValue): void;
  delete(entry: KeyValue): void;
}

function follower<T extends KubeObject>(
  kind: Kind<T>,
  put: (object: Readonly<T>) => void,
  remove: (object: Readonly<T>) => void,
): Follower {
  const storage = new ObjectStorage(kind as unknown as Kind);
  // What lies there was written as an object of this kind; the last state of a deleted one too.
  const read = (entry: KeyValue): Readonly<T> => storage.read(entry) as unknown as Readonly<T>;
  return { prefix: storage.prefix, put: (entry) => put(read(entry)), delete: (entry) => remove(read(entry)) };
}
