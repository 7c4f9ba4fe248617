import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { events as eventType } from "../api/resources.ts";
import type { Event, Pod } from "../api/types/core-v1.ts";

/** The state of a cluster as far as it was read. Everything that explains is a pure function of it. */
export interface Snapshot {
  readonly now: number;
  /** Whether the objects of the type were read: without that, an absence says nothing. */
  knows(type: ResourceType): boolean;
  list<T extends KubeObject>(type: ResourceType<T>, namespace?: string): readonly T[];
  find<T extends KubeObject>(type: ResourceType<T>, name: string, namespace?: string): T | undefined;
  /** What was told of the object, the newest last. */
  eventsOf(object: KubeObject): readonly Event[];
  /** The objects that say that this one owns them. */
  ownedBy(object: KubeObject): readonly KubeObject[];
  ownersOf(object: KubeObject): readonly KubeObject[];
  /** The last lines of a container that ended. */
  lastLogOf(pod: Pod, container: string): string | undefined;
}

export interface SnapshotParts {
  readonly now: number;
  readonly objects: ReadonlyMap<ResourceType, readonly KubeObject[]>;
  /** By `namespace/pod/container`. */
  readonly lastLogs?: ReadonlyMap<string, string>;
}

export const logKey = ({ metadata }: Pick<Pod, "metadata">, container: string): string =>
  `${metadata.namespace}/${metadata.name}/${container}`;

export function createSnapshot({ now, objects, lastLogs }: SnapshotParts): Snapshot {
  const all = [...objects.values()].flat();
  const byUid = new Map(
    all.flatMap((object) => (object.metadata.uid === undefined ? [] : [[object.metadata.uid, object]])),
  );
  const byOwner = Map.groupBy(
    all.flatMap((object) => (object.metadata.ownerReferences ?? []).map(({ uid }) => ({ uid, object }))),
    ({ uid }) => uid,
  );
  const byKey = new Map(
    [...objects].flatMap(([type, items]) => items.map((item) => [keyOf(type, item.metadata), item])),
  );
  const list = <T extends KubeObject>(type: ResourceType<T>, namespace?: string): readonly T[] => {
    // Objects lie under their own type.
    const found = (objects.get(type) ?? []) as readonly T[];
    return namespace === undefined ? found : found.filter(({ metadata }) => metadata.namespace === namespace);
  };
  const events = Map.groupBy(list(eventType), ({ involvedObject }) => subjectKey(involvedObject));
  return {
    now,
    list,
    knows: (type) => objects.has(type),
    // As above.
    find: <T extends KubeObject>(type: ResourceType<T>, name: string, namespace = "") =>
      byKey.get(keyOf(type, { name, namespace })) as T | undefined,
    eventsOf: (object) =>
      (events.get(subjectKey({ kind: object.kind, ...object.metadata })) ?? [])
        .filter(({ involvedObject: { uid } }) => !uid || !object.metadata.uid || uid === object.metadata.uid)
        .toSorted((left, right) => eventTime(left) - eventTime(right)),
    ownedBy: ({ metadata: { uid } }) => (uid === undefined ? [] : (byOwner.get(uid) ?? []).map(({ object }) => object)),
    ownersOf: ({ metadata: { ownerReferences = [] } }) => ownerReferences.flatMap(({ uid }) => byUid.get(uid) ?? []),
    lastLogOf: (pod, container) => lastLogs?.get(logKey(pod, container)),
  };
}

interface NamedThing {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

const keyOf = ({ group, resource }: ResourceType, { name, namespace = "" }: NamedThing): string =>
  `${group}/${resource}/${namespace}/${name}`;

/** Events about what is in no namespace lie in `default`, and say nothing of it. */
const subjectKey = ({ kind, name, namespace = "" }: NamedThing & { readonly kind?: string | undefined }): string =>
  `${kind}/${namespace}/${name}`;

export function eventTime({ lastTimestamp, eventTime: time, series, metadata }: Event): number {
  const text = series?.lastObservedTime ?? lastTimestamp ?? time ?? metadata.creationTimestamp;
  return text ? Date.parse(text) : 0;
}

/** The newest event with one of the reasons. */
export function latestEvent(snapshot: Snapshot, object: KubeObject, ...reasons: readonly string[]): Event | undefined {
  return snapshot.eventsOf(object).findLast(({ reason = "" }) => reasons.includes(reason));
}

export const ageMs = (snapshot: Snapshot, timestamp: string | undefined): number =>
  timestamp === undefined ? 0 : Math.max(0, snapshot.now - Date.parse(timestamp));
