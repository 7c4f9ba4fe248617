import type { KubeObject } from "../../api/resource-type.ts";

/**
 * Work that goes with the writes of one resource and that its Kind, being pure, cannot do: handing out addresses and ports.
 * It begins between the preparation of a draft and its validation; what it took is given back unless the write is committed.
 */
export interface WriteHook {
  beginCreate(draft: KubeObject): PendingWrite;
  beginUpdate(draft: KubeObject, old: Readonly<KubeObject>): PendingWrite;
  afterDelete(last: Readonly<KubeObject>): void;
}

export interface PendingWrite {
  commit(): void;
  rollback(): void;
}
