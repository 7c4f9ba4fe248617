import { conflict, OPTIMISTIC_LOCK } from "../../api/api-error.ts";
import { evaluatorOf } from "../../api/quota/evaluators.ts";
import { quotaVerdict } from "../../api/quota/quota-check.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { resourcequotas } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { ResourceQuota } from "../../api/types/core-v1.ts";
import { KeyedLocks } from "../../lib/keyed-locks.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { KeyValue, Store } from "../../store/store.ts";
import type { ServedResources } from "../served-resources.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { refused } from "./refusal.ts";

/** Writers of a namespace take turns, so only the quota controller can come in between. */
const MAX_ATTEMPTS = 10;

export interface ResourceQuotaParts {
  readonly store: Store;
  readonly resources: ServedResources;
  readonly clock: Clock;
}

/**
 * Takes what a write uses from the quotas of its namespace before the object is written, and refuses what does not fit. It comes
 * last: what another plugin refuses must not be counted. What is given back, the quota controller counts.
 */
export function resourceQuota(parts: ResourceQuotaParts): AdmissionPlugin {
  const { store, resources } = parts;
  const locks = new KeyedLocks();
  const { storage } = resources.require(resourcequotas);
  return {
    name: "ResourceQuota",
    async validate(request) {
      const { namespace, resource, object } = request;
      if (namespace === "" || !object) return;
      const evaluator = evaluatorOf(resource.type);
      if (!evaluator.handles(request)) return;
      const prefix = storage.keyPrefix(namespace);
      const { items } = await store.range(prefix);
      if (items.length === 0) return;
      using _turn = await locks.take(namespace);
      await takeFromQuotas(parts, request, prefix);
    },
  };
}

async function takeFromQuotas(parts: ResourceQuotaParts, request: AdmissionRequest, prefix: string): Promise<void> {
  const { store, resources, clock } = parts;
  const { storage } = resources.require(resourcequotas);
  const evaluator = evaluatorOf(request.resource.type);
  const taken = new Set<string>();
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    // eslint-disable-next-line no-await-in-loop -- each attempt is about what the one before found changed
    const { items } = await store.range(prefix);
    const changes: { entry: KeyValue; quota: ResourceQuota }[] = [];
    for (const entry of items.filter(({ key }) => !taken.has(key))) {
      // The resource holds quotas.
      const quota = storage.read(entry) as ResourceQuota;
      const verdict = quotaVerdict(quota, request, evaluator, clock.now());
      if (verdict?.refusal !== undefined) throw refused(request, verdict.refusal);
      if (!verdict || semanticEqual(verdict.used, quota.status?.used)) continue;
      changes.push({ entry, quota: { ...quota, status: { ...quota.status, used: verdict.used } } });
    }
    if (request.dryRun) return;
    // eslint-disable-next-line no-await-in-loop
    const written = await Promise.all(
      changes.map(async ({ entry, quota }) => {
        const object: KubeObject = quota;
        const result = await store.update(entry.key, entry.revision, storage.valueOf(object));
        if (result.outcome === "written") taken.add(entry.key);
        return result.outcome === "written";
      }),
    );
    if (written.every(Boolean)) return;
  }
  throw conflict(resourcequotas, "", OPTIMISTIC_LOCK);
}
