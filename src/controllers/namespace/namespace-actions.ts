import type { ResourceType } from "../../api/resource-type.ts";
import { pods, namespaces } from "../../api/resources.ts";
import type { Namespace } from "../../api/types/core-v1.ts";
import { updateStatus, type Action } from "../actions.ts";
import { deletionConditions } from "./deletion-conditions.ts";

export interface NamespaceSnapshot {
  /** One that is being deleted. */
  readonly namespace: Namespace;
  /** Only kinds of which there is something. */
  readonly contents: readonly NamespaceContent[];
}

export interface NamespaceContent {
  readonly type: ResourceType;
  readonly count: number;
  /** How many of them nobody has deleted yet. */
  readonly untouched: number;
  readonly countByFinalizer: Readonly<Record<string, number>>;
}

const FINALIZER = "kubernetes";

/** Empties a namespace that is being deleted, and lets it go when it is empty. */
export function namespaceActions({ namespace, contents }: NamespaceSnapshot, nowMs: number): readonly Action[] {
  const podContent = contents.filter(({ type }) => type === pods);
  // Pods go first and alone: while they end they may need their service accounts, policies and secrets.
  const now = podContent.length > 0 ? podContent : contents;
  const untouched = now.filter((content) => content.untouched > 0);
  return [
    ...statusActions(namespace, contents, nowMs),
    ...untouched.map(({ type }): Action => ({
      do: "deleteCollection",
      type,
      namespace: namespace.metadata.name ?? "",
    })),
    // What was deleted at once tells nobody; what waits for its end tells by ending.
    ...(untouched.length > 0 ? [{ do: "lookAgain", afterMs: 0 } as const] : []),
    ...(contents.length === 0 ? finalize(namespace) : []),
  ];
}

function statusActions(namespace: Namespace, contents: readonly NamespaceContent[], nowMs: number): readonly Action[] {
  const conditions = deletionConditions(namespace.status?.conditions ?? [], contents, nowMs);
  const status = { ...namespace.status, phase: "Terminating", conditions };
  const object: Namespace = { ...namespace, status };
  return Bun.deepEquals(object, namespace) ? [] : [updateStatus(namespaces, object)];
}

/** No resourceVersion: the status was just written, and nothing else matters any more. */
function finalize(namespace: Namespace): readonly Action[] {
  const finalizers = namespace.spec?.finalizers ?? [];
  if (!finalizers.includes(FINALIZER)) return [];
  const { resourceVersion: _resourceVersion, ...metadata } = namespace.metadata;
  const spec = { ...namespace.spec, finalizers: finalizers.filter((finalizer) => finalizer !== FINALIZER) };
  const object: Namespace = { ...namespace, metadata, spec };
  return [{ do: "update", type: namespaces, subresource: "finalize", object }];
}
