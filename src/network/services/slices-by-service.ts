import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Informer } from "../../client/informer.ts";

/** Names the Service of a slice (discovery.k8s.io/v1 well-known labels). */
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

const INDEX = "service";

/** The name of the Service that a slice belongs to; undefined for a slice of none. */
export function serviceNameOf(slice: EndpointSlice): string | undefined {
  return slice.metadata.labels?.[SERVICE_NAME_LABEL];
}

/** The same as `namespace/name`. */
export function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const name = serviceNameOf(slice);
  return name === undefined ? undefined : `${slice.metadata.namespace}/${name}`;
}

/** The slices of a Service by its key. All callers share one index; call before the informer is first used. */
export function slicesByService(informer: Informer<EndpointSlice>): (serviceKey: string) => readonly EndpointSlice[] {
  informer.addIndex(INDEX, (slice) => {
    const key = serviceKeyOf(slice);
    return key === undefined ? [] : [key];
  });
  return (serviceKey) => informer.byIndex(INDEX, serviceKey);
}
