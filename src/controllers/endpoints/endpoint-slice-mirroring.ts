import { endpoints as endpointsType, endpointslices, services } from "../../api/resources.ts";
import type { EndpointAddress, Endpoints, EndpointSubset, Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { portsKey, type PodPort } from "./pod-endpoint.ts";
import { MANAGED_BY, SERVICE_NAME, servicesOfSlices, sliceActions, type SliceGroup } from "./slices.ts";

interface MirroringSnapshot {
  readonly service: Service | undefined;
  readonly endpoints: Endpoints | undefined;
  /** Those that this controller keeps. */
  readonly slices: readonly EndpointSlice[];
}

const MANAGER = "endpointslicemirroring-controller.k8s.io";
const SKIP = "endpointslice.kubernetes.io/skip-mirror";
const LEADER = "control-plane.alpha.kubernetes.io/leader";
const SERVICE_INDEX = "mirrored-service";

/** Annotations that speak of the Endpoints object itself. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  "endpoints.kubernetes.io/last-change-trigger-time",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** Shows Endpoints that users write for a Service without selector as slices too, which is all that proxies and DNS look at. */
export const endpointSliceMirroringController = defineController({
  name: "endpoint-slice-mirroring-controller",
  user: systemAccount("endpointslicemirroring-controller"),
  connect({ informers }) {
    const serviceInformer = informers.informer(services);
    const endpointsInformer = informers.informer(endpointsType);
    const sliceInformer = informers.informer(endpointslices);
    const serviceKeys = servicesOfSlices(MANAGER);
    sliceInformer.addIndex(SERVICE_INDEX, serviceKeys);
    return {
      watches: [
        watch(serviceInformer, (service) => [keyOf(service)]),
        watch(endpointsInformer, (endpoints) => [keyOf(endpoints)]),
        watch(sliceInformer, serviceKeys),
      ],
      snapshot: (key) => ({
        service: serviceInformer.get(key),
        endpoints: endpointsInformer.get(key),
        slices: sliceInformer.byIndex(SERVICE_INDEX, key),
      }),
    };
  },
  reconcile: mirroringActions,
});

function mirroringActions({ service, endpoints, slices }: MirroringSnapshot): readonly Action[] {
  if (!service || !endpoints || !isMirrored(service, endpoints)) {
    return slices.map((object): Action => ({ do: "delete", type: endpointslices, object }));
  }
  const { name = "", labels, annotations = {} } = endpoints.metadata;
  const copied = Object.fromEntries(Object.entries(annotations).filter(([key]) => !NOT_COPIED.has(key)));
  const wanted = {
    owner: endpoints,
    labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER },
    ...(Object.keys(copied).length === 0 ? {} : { annotations: copied }),
    groups: groupsOf(endpoints),
  };
  return sliceActions(wanted, slices);
}

function isMirrored({ spec }: Service, { metadata }: Endpoints): boolean {
  const hasSelector = Object.keys(spec?.selector ?? {}).length > 0;
  return !hasSelector && metadata.labels?.[SKIP] !== "true" && metadata.annotations?.[LEADER] === undefined;
}

function groupsOf({ subsets = [] }: Endpoints): readonly SliceGroup[] {
  const groups = new Map<string, SliceGroup & { readonly endpoints: Endpoint[] }>();
  for (const subset of subsets) {
    const ports = portsOf(subset);
    for (const endpoint of endpointsOf(subset)) {
      const addressType = endpoint.addresses[0]?.includes(":") ? "IPv6" : "IPv4";
      const key = `${addressType} ${portsKey(ports)}`;
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpoint);
    }
  }
  return [...groups.values()];
}

function portsOf({ ports = [] }: EndpointSubset): readonly PodPort[] {
  return ports.map(({ name = "", port, protocol = "TCP", appProtocol }) => ({ name, port, protocol, appProtocol }));
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): readonly Endpoint[] {
  return [
    ...addresses.map((address) => endpointOf(address, true)),
    ...notReadyAddresses.map((address) => endpointOf(address, false)),
  ];
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
}
