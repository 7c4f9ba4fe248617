import { endpointslices, namespaces, services } from "../../api/resources.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import { serviceKeyOf, slicesByService } from "../services/slices-by-service.ts";
import type { DnsView } from "./cluster-records.ts";

/** The informers' copies as DNS needs them. Call before the informers are first used: it adds indexes. */
export function dnsView(informers: InformerFactory, clusterDomain: string): DnsView {
  const allServices = informers.informer(services);
  const allSlices = informers.informer(endpointslices);
  const allNamespaces = informers.informer(namespaces);
  allServices.addIndex("cluster-ip", (service) => service.spec?.clusterIPs ?? []);
  const slicesOf = slicesByService(allSlices);
  allSlices.addIndex("endpoint-ip", (slice) => (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses));
  const isHeadless = (serviceKey: string | undefined): boolean =>
    serviceKey !== undefined && allServices.get(serviceKey)?.spec?.clusterIP === "None";
  return {
    clusterDomain,
    hasNamespace: (namespace) => allNamespaces.get(namespace) !== undefined,
    service: (namespace, name) => allServices.get(`${namespace}/${name}`),
    slices: (namespace, service) => slicesOf(`${namespace}/${service}`),
    serviceByIp: (ip) => allServices.byIndex("cluster-ip", ip)[0],
    slicesByIp: (ip) => allSlices.byIndex("endpoint-ip", ip).filter((slice) => isHeadless(serviceKeyOf(slice))),
  };
}
