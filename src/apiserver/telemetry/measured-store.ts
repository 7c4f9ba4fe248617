import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import type { Store } from "../../store/store.ts";
import type { ServedResources } from "../served-resources.ts";

const BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const LABELS = ["operation", "group", "resource"];

/** A store whose operations are counted and timed. Named after etcd, as dashboards expect, whatever the store is. */
export function measuredStore(store: Store, metrics: MetricsRegistry, resources: ServedResources): Store {
  const durations = metrics.histogram(
    "etcd_request_duration_seconds",
    "How long the store took, in seconds, by operation and resource.",
    BUCKETS,
    LABELS,
  );
  const totals = metrics.counter("etcd_requests_total", "Requests to the store, by operation and resource.", LABELS);
  const errors = metrics.counter("etcd_request_errors_total", "Requests that the store failed.", LABELS);
  const ownerOf = resourceByKey(resources);
  const observersByOwner = new Map<Owner, Map<string, (seconds: number) => void>>();

  const observerOf = (operation: string, owner: Owner): ((seconds: number) => void) => {
    let observers = observersByOwner.get(owner);
    if (!observers) observersByOwner.set(owner, (observers = new Map()));
    let observer = observers.get(operation);
    if (!observer) observers.set(operation, (observer = durations.observer([operation, ...owner])));
    return observer;
  };
  const measured = async <T>(operation: string, key: string, work: Promise<T>): Promise<T> => {
    const begin = performance.now();
    const owner = ownerOf(key);
    totals.increment([operation, ...owner]);
    try {
      return await work;
    } catch (error) {
      errors.increment([operation, ...owner]);
      throw error;
    } finally {
      observerOf(operation, owner)((performance.now() - begin) / 1000);
    }
  };
  return {
    revision: () => store.revision(),
    compactedRevision: () => store.compactedRevision(),
    count: (prefix) => store.count(prefix),
    compact: (revision) => store.compact(revision),
    changes: (wanted) => store.changes(wanted),
    revisionAt: (time) => store.revisionAt(time),
    historySize: () => store.historySize(),
    watch: (prefix, after, listener) => store.watch(prefix, after, listener),
    get: (key, options) => measured("get", key, store.get(key, options)),
    range: (prefix, options) => measured("list", prefix, store.range(prefix, options)),
    create: (key, value, by) => measured("create", key, store.create(key, value, by)),
    update: (key, expected, value, by) => measured("update", key, store.update(key, expected, value, by)),
    delete: (key, expected, value, by) => measured("delete", key, store.delete(key, expected, value, by)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

type Owner = readonly [group: string, resource: string];
const NOBODY: Owner = ["", ""];

/** Whose object lies at a key. Keys start with the prefix of a resource, which has two or three parts. */
function resourceByKey(resources: ServedResources): (key: string) => Owner {
  const owners = new Map<string, Owner>();
  const learn = (): void => {
    for (const { kind, type, storage } of resources.all()) {
      const { group, resource } = kind.storage ?? type;
      if (!owners.has(storage.prefix)) owners.set(storage.prefix, [group, resource]);
    }
  };
  const known = (key: string): Owner | undefined => {
    const second = key.indexOf("/", ROOT_LENGTH);
    const short = owners.get(key.slice(0, second + 1));
    return short ?? owners.get(key.slice(0, key.indexOf("/", second + 1) + 1));
  };
  return (key) => {
    const found = known(key);
    if (found) return found;
    // Resources come and go.
    learn();
    return known(key) ?? NOBODY;
  };
}

const ROOT_LENGTH = "/registry/".length;
