import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import type { Store } from "../../store/store.ts";
import type { ServedResources } from "../served-resources.ts";

/** How many objects there are of each resource. Counted when asked for. */
export function addStorageMetrics(metrics: MetricsRegistry, store: Store, resources: ServedResources): void {
  const objects = metrics.gauge("apiserver_resource_objects", "Stored objects, by resource.", ["group", "resource"]);
  const older = metrics.gauge("apiserver_storage_objects", "Stored objects, by resource.", ["resource"]);
  metrics.onCollect(async () => {
    objects.reset();
    older.reset();
    for (const { type, kind, storage } of resources.all()) {
      if (kind.storage || !kind.verbs.includes("list") || !kind.verbs.includes("create")) continue;
      const count = await store.count(storage.prefix);
      objects.set(count, [type.group, type.resource]);
      older.set(count, [type.group === "" ? type.resource : `${type.resource}.${type.group}`]);
    }
  });
}
