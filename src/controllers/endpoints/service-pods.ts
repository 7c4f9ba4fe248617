import { selectorOfLabels, type LabelSelector } from "../../api/label-selector.ts";
import { pods, services } from "../../api/resources.ts";
import type { Pod, Service } from "../../api/types/core-v1.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import { keyOf } from "../../client/object-key.ts";
import { watch, type Watch } from "../controller.ts";

/** The Services that pods are found for, and those pods. */
export interface ServicePods {
  readonly watches: readonly Watch[];
  service(key: string): Service | undefined;
  podsOf(service: Service): readonly Pod[];
}

export function servicePods(informers: InformerFactory): ServicePods {
  const serviceInformer = informers.informer(services);
  const podInformer = informers.informer(pods);
  // Each pod's change is held against all selectors of its namespace, so they are compiled once.
  const selectors = new WeakMap<Service, LabelSelector>();
  const selectorOf = (service: Service): LabelSelector => {
    const known = selectors.get(service);
    if (known) return known;
    const selector = selectorOfLabels(service.spec?.selector);
    selectors.set(service, selector);
    return selector;
  };
  return {
    watches: [
      watch(serviceInformer, (service) => [keyOf(service)]),
      watch(podInformer, ({ metadata }) =>
        serviceInformer
          .list(metadata.namespace)
          .filter((service) => selectsPods(service) && selectorOf(service).matches(metadata.labels))
          .map(keyOf),
      ),
    ],
    service: (key) => serviceInformer.get(key),
    podsOf: (service) =>
      podInformer.list(service.metadata.namespace).filter((pod) => selectorOf(service).matches(pod.metadata.labels)),
  };
}

/** Endpoints of other Services are whatever their users write. */
export function selectsPods({ spec }: Service): boolean {
  return spec?.type !== "ExternalName" && Object.keys(spec?.selector ?? {}).length > 0;
}
