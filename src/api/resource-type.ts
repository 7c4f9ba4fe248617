import type { ObjectMeta } from "./types/meta-v1.ts";

/** What every API object has. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Names a served resource; `T` is the shape of its objects. */
export interface ResourceType<T = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural, as in paths. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Only there to carry the type; never set. */
  readonly objectType?: T;
}

/** `v1` or `apps/v1`. */
export function apiVersionOf(type: { readonly group: string; readonly version: string }): string {
  return type.group === "" ? type.version : `${type.group}/${type.version}`;
}
