import { labelSelectorOf, type LabelSelector, selectorOf, selectorOfLabels } from "../api/label-selector.ts";
import { controllerOf } from "../api/owner-references.ts";
import { replicasets, replicationcontrollers, services, statefulsets } from "../api/resources.ts";
import type { ReplicaSet, StatefulSet } from "../api/types/apps-v1.ts";
import type { Pod, ReplicationController, Service } from "../api/types/core-v1.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";

/** Knows which pods belong together: those of one owner, and those behind the same Services. */
export class Siblings {
  readonly #services: Informer<Service>;
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #replicationControllers: Informer<ReplicationController>;
  readonly #statefulSets: Informer<StatefulSet>;

  constructor(informers: InformerFactory) {
    this.#services = informers.informer(services);
    this.#replicaSets = informers.informer(replicasets);
    this.#replicationControllers = informers.informer(replicationcontrollers);
    this.#statefulSets = informers.informer(statefulsets);
  }

  async synced(signal: AbortSignal): Promise<void> {
    const all = [this.#services, this.#replicaSets, this.#replicationControllers, this.#statefulSets];
    await Promise.all(all.map((informer) => informer.synced(signal)));
  }

  /** Undefined for a pod that belongs to nothing. */
  selectorOf(pod: Pod): LabelSelector | undefined {
    const { namespace = "", labels } = pod.metadata;
    const selected = this.#services.list(namespace).flatMap(({ spec }) => {
      const hasSelector = Object.keys(spec?.selector ?? {}).length > 0;
      return hasSelector && selectorOfLabels(spec?.selector).matches(labels) ? [spec?.selector ?? {}] : [];
    });
    const requirements = [
      // Services that select the pod agree about its labels.
      ...selectorOfLabels(Object.assign({}, ...selected)).requirements,
      ...(this.#ownerSelector(pod, namespace)?.requirements ?? []),
    ];
    return requirements.length === 0 ? undefined : selectorOf(requirements);
  }

  #ownerSelector(pod: Pod, namespace: string): LabelSelector | undefined {
    const owner = controllerOf(pod);
    const key = `${namespace}/${owner?.name ?? ""}`;
    switch (`${owner?.apiVersion ?? ""} ${owner?.kind ?? ""}`) {
      case "apps/v1 ReplicaSet":
        return labelSelectorOf(this.#replicaSets.get(key)?.spec?.selector);
      case "apps/v1 StatefulSet":
        return labelSelectorOf(this.#statefulSets.get(key)?.spec?.selector);
      case "v1 ReplicationController":
        return selectorOfLabels(this.#replicationControllers.get(key)?.spec?.selector);
      default:
        return undefined;
    }
  }
}
