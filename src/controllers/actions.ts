import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import type { DeleteOptions } from "../api/types/meta-v1.ts";
import type { ObjectKey } from "../client/client.ts";
import type { EventType } from "../client/event-recorder.ts";
import type { PatchType } from "../client/transport.ts";

/** One thing that a controller wants done. Actions are done in order; the first that fails ends the turn. */
export type Action =
  | CreateAction
  | UpdateAction
  | PatchAction
  | DeleteAction
  | DeleteCollectionAction
  | EventAction
  | DirectoryAction
  | SlowStartAction
  | TogetherAction
  | LookAgainAction;

export interface CreateAction {
  readonly do: "create";
  readonly type: ResourceType;
  readonly object: KubeObject;
  readonly report?: Report;
  /** What to do instead of failing, such as telling the failure in a status; the turn fails all the same. */
  readonly ifItFails?: (error: Error) => readonly Action[];
}

/** Replaces an object, if it still has the resourceVersion that `object` carries. */
export interface UpdateAction {
  readonly do: "update";
  readonly type: ResourceType;
  readonly object: KubeObject;
  readonly subresource?: string;
  readonly ifItFails?: (error: Error) => readonly Action[];
}

export interface PatchAction {
  readonly do: "patch";
  readonly type: ResourceType;
  readonly key: ObjectKey;
  readonly patchType: PatchType;
  readonly patch: unknown;
  readonly subresource?: string;
  /** A merge patch that is sent as the whole object: upstream's roles let some controllers update what they must not patch. */
  readonly asUpdate?: true;
}

/** Deletes the very object that was seen: one of the same name that came later stays. */
export interface DeleteAction {
  readonly do: "delete";
  readonly type: ResourceType;
  readonly object: Pick<KubeObject, "metadata">;
  readonly options?: Pick<DeleteOptions, "gracePeriodSeconds" | "propagationPolicy">;
  /** Also only if nobody changed it since it was seen. */
  readonly onlyUnchanged?: boolean;
  readonly report?: Report;
}

/** Deletes everything of a kind in a namespace. What it deleted may still be in the caches afterwards. */
interface DeleteCollectionAction {
  readonly do: "deleteCollection";
  readonly type: ResourceType;
  readonly namespace: string;
}

/** Makes a directory on this host, or removes one with all that is in it. */
export interface DirectoryAction {
  readonly do: "directory";
  readonly change: "make" | "remove";
  readonly path: string;
  readonly ifItFails?: (error: Error) => readonly Action[];
}

interface EventAction {
  readonly do: "event";
  readonly about: KubeObject;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

/** One, two, four ... at a time until one fails: what fails for one would likely fail for all. */
export interface SlowStartAction {
  readonly do: "slowStart";
  readonly actions: readonly Action[];
  readonly ifOneFails?: (error: Error) => readonly Action[];
}

/** All at the same time. */
export interface TogetherAction {
  readonly do: "together";
  readonly actions: readonly Action[];
  readonly ifOneFails?: (error: Error) => readonly Action[];
}

/** Works on the key again later, whatever happens until then. */
interface LookAgainAction {
  readonly do: "lookAgain";
  readonly afterMs: number;
}

/** Events about the outcome of a creation or deletion. */
export interface Report {
  readonly about: KubeObject;
  /** `name` is that of what was created or deleted. */
  readonly done: { readonly reason: string; readonly message: (name: string) => string };
  readonly failed: { readonly reason: string; readonly message: (error: string) => string };
}

export const updateStatus = (type: ResourceType, object: KubeObject): UpdateAction => ({
  do: "update",
  type,
  object,
  subresource: "status",
});
