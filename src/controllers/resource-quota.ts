import { evaluatorOf } from "../api/quota/evaluators.ts";
import { type CountedObjects, quotaStatus } from "../api/quota/quota-status.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { persistentvolumeclaims, pods, resourceclaims, resourcequotas, services } from "../api/resources.ts";
import { semanticEqual } from "../api/semantic-equal.ts";
import type { ResourceQuota } from "../api/types/core-v1.ts";
import type { Client } from "../client/client.ts";
import type { Informer } from "../client/informer.ts";
import { keyOf } from "../client/object-key.ts";
import type { Action } from "./actions.ts";
import { defineController, type Controller, type Watch } from "./controller.ts";

/** Upstream's --resource-quota-sync-period: what nothing told us of is found by then. */
const RESYNC_MS = 5 * 60_000;
const NAMESPACE_INDEX = "quota-namespace";

/** Kinds that use something else than their number, or give something back while they stay. */
const MEASURED: readonly ResourceType[] = [pods, services, persistentvolumeclaims, resourceclaims];

interface QuotaSnapshot {
  readonly quota: ResourceQuota;
  readonly counted: readonly CountedObjects[];
}

/**
 * Counts what quotas have used: when they are new or changed, and when something of their namespace is given back. What is taken,
 * admission counts before it is written; so objects are read from the server, which has them all, and not from caches.
 */
export function resourceQuotaController(types: readonly ResourceType[]): Controller {
  const measured = MEASURED.filter((type) => types.includes(type));
  return defineController<QuotaSnapshot>({
    name: "resourcequota-controller",
    connect({ client, informers, clock }) {
      const quotas = informers.informer(resourcequotas);
      quotas.addIndex(NAMESPACE_INDEX, ({ metadata }) => [metadata.namespace ?? ""]);
      const quotasOf = (namespace: string | undefined): readonly string[] =>
        quotas.byIndex(NAMESPACE_INDEX, namespace ?? "").map(keyOf);
      return {
        watches: [
          limitChanges(quotas),
          ...types
            .filter((type) => type !== resourcequotas)
            .map((type) =>
              measured.includes(type)
                ? releases(informers.informer(type), type, quotasOf, () => clock.now())
                : deletions(informers.metadata(type), quotasOf),
            ),
        ],
        async snapshot(key) {
          const known = quotas.get(key);
          if (!known) return undefined;
          const { name = "", namespace } = known.metadata;
          // By a list of one: that is what the account of this controller may do.
          const fieldSelector = `metadata.name=${name}`;
          const [quota] = (await client.resource(resourcequotas).list({ namespace, fieldSelector })).items;
          return quota && { quota, counted: await countedObjects(client, types, quota) };
        },
      };
    },
    reconcile: quotaActions,
  });
}

async function countedObjects(
  client: Client,
  types: readonly ResourceType[],
  quota: ResourceQuota,
): Promise<readonly CountedObjects[]> {
  const limits = Object.keys(quota.spec?.hard ?? {});
  const wanted = types.filter((type) => limits.some((limit) => evaluatorOf(type).concerns(limit)));
  return Promise.all(
    wanted.map(async (type) => ({
      evaluator: evaluatorOf(type),
      objects: (await client.resource(type).list({ namespace: quota.metadata.namespace })).items,
    })),
  );
}

function quotaActions({ quota, counted }: QuotaSnapshot, nowMs: number): readonly Action[] {
  const status = quotaStatus(quota, counted, nowMs);
  const isSame = semanticEqual(status.hard, quota.status?.hard) && semanticEqual(status.used, quota.status?.used);
  const isKnown = quota.status?.hard !== undefined && quota.status.used !== undefined;
  const update: Action = {
    do: "update",
    type: resourcequotas,
    object: { ...quota, status } as KubeObject,
    subresource: "status",
  };
  return [...(isSame && isKnown ? [] : [update]), { do: "lookAgain", afterMs: RESYNC_MS }];
}

/** What admission writes into the status of a quota is no reason to count. */
const limitChanges =
  (quotas: Informer<ResourceQuota>): Watch =>
  (concern) =>
    quotas.onChange({
      added: (quota) => concern(keyOf(quota)),
      updated(quota, previous) {
        const isCounted = semanticEqual(quota.spec?.hard, quota.status?.hard);
        if (!semanticEqual(quota.spec, previous.spec) || !isCounted) concern(keyOf(quota));
      },
      deleted: () => undefined,
    });

type QuotasOf = (namespace: string | undefined) => readonly string[];

const deletions =
  (informer: Informer<KubeObject>, quotasOf: QuotasOf): Watch =>
  (concern) =>
    informer.onChange({
      added: () => undefined,
      updated: () => undefined,
      deleted({ metadata }) {
        for (const key of quotasOf(metadata.namespace)) concern(key);
      },
    });

const releases =
  (informer: Informer<KubeObject>, type: ResourceType, quotasOf: QuotasOf, now: () => number): Watch =>
  (concern) => {
    const tell = ({ metadata }: KubeObject): void => {
      for (const key of quotasOf(metadata.namespace)) concern(key);
    };
    return informer.onChange({
      added: () => undefined,
      updated(object, previous) {
        if (evaluatorOf(type).releases?.(object, previous, now())) tell(object);
      },
      deleted: tell,
    });
  };
