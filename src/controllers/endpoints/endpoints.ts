import { endpoints as endpointsType } from "../../api/resources.ts";
import type {
  EndpointAddress,
  EndpointPort,
  Endpoints,
  EndpointSubset,
  Pod,
  Service,
} from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, watch } from "../controller.ts";
import { isHeadless, podEndpoints, portsKey, targetReference, type PodEndpoint, type PodPort } from "./pod-endpoint.ts";
import { selectsPods, servicePods } from "./service-pods.ts";

interface EndpointsSnapshot {
  readonly service: Service | undefined;
  readonly pods: readonly Pod[];
  readonly endpoints: Endpoints | undefined;
}

const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
const MANAGER = "endpoint-controller";
const HEADLESS = "service.kubernetes.io/headless";
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

/** Endpoints is an old API without slices: what is beyond this is cut off and said so. */
const MOST_ADDRESSES = 1000;

export const endpointsController = defineController({
  name: "endpoint-controller",
  connect({ informers }) {
    const found = servicePods(informers);
    const endpointsInformer = informers.informer(endpointsType);
    return {
      watches: [...found.watches, watch(endpointsInformer, (endpoints) => [keyOf(endpoints)])],
      snapshot(key) {
        const service = found.service(key);
        return {
          service,
          pods: service && selectsPods(service) ? found.podsOf(service) : [],
          endpoints: endpointsInformer.get(key),
        };
      },
    };
  },
  reconcile: endpointsActions,
});

/** Keeps the Endpoints of a Service, under its name. */
function endpointsActions({ service, pods, endpoints }: EndpointsSnapshot): readonly Action[] {
  if (!service) {
    const isOurs = endpoints?.metadata.labels?.[MANAGED_BY] === MANAGER;
    return isOurs ? [{ do: "delete", type: endpointsType, object: endpoints }] : [];
  }
  if (!selectsPods(service)) return [];
  const object = wantedEndpoints(service, pods, endpoints);
  if (!endpoints) return [{ do: "create", type: endpointsType, object }];
  return Bun.deepEquals(object, endpoints) ? [] : [{ do: "update", type: endpointsType, object }];
}

function wantedEndpoints(service: Service, pods: readonly Pod[], current: Endpoints | undefined): Endpoints {
  const { name, namespace, labels } = service.metadata;
  const { subsets, isCut } = cut(subsetsOf(service, pods));
  const { [OVER_CAPACITY]: _overCapacity, ...kept } = current?.metadata.annotations ?? {};
  const annotations = isCut ? { ...kept, [OVER_CAPACITY]: "truncated" } : kept;
  const { [HEADLESS]: _headless, ...inherited } = labels ?? {};
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    ...current,
    metadata: {
      ...(current?.metadata ?? { name, namespace }),
      labels: { ...inherited, ...(isHeadless(service) ? { [HEADLESS]: "" } : {}), [MANAGED_BY]: MANAGER },
      annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
    },
    subsets: subsets.length === 0 ? undefined : subsets,
  };
}

/** Ports that are served by the same pods in the same state share a subset. */
function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const tolerant = service.spec?.publishNotReadyAddresses === true;
  const found = podEndpoints(service, pods)
    .filter(({ isTerminating }) => tolerant || !isTerminating)
    .toSorted(byAddress);
  if (found.length === 0) return [];
  if ((service.spec?.ports ?? []).length === 0) return isHeadless(service) ? [subset(found, [], tolerant)] : [];

  const byPort = new Map<string, { readonly port: PodPort; readonly served: PodEndpoint[] }>();
  for (const endpoint of found) {
    for (const port of endpoint.ports) {
      const entry = byPort.get(portsKey([port])) ?? { port, served: [] };
      byPort.set(portsKey([port]), entry);
      entry.served.push(endpoint);
    }
  }
  const groups = Map.groupBy(byPort.values(), ({ served }) => served.map(({ pod }) => pod.metadata.uid).join());
  return [...groups.values()].map((group) =>
    subset(
      group[0]?.served ?? [],
      group.map(({ port }) => port),
      tolerant,
    ),
  );
}

function subset(endpoints: readonly PodEndpoint[], ports: readonly PodPort[], tolerant: boolean): EndpointSubset {
  const ready = endpoints.filter(({ isServing }) => tolerant || isServing).map(address);
  const notReady = endpoints.filter(({ isServing }) => !tolerant && !isServing).map(address);
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
  };
}

function address({ pod, ips: [ip = ""], hostname }: PodEndpoint): EndpointAddress {
  const nodeName = pod.spec?.nodeName;
  return {
    ...(hostname === undefined ? {} : { hostname }),
    ip,
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: targetReference(pod),
  };
}

const portOf = ({ name, port, protocol, appProtocol }: PodPort): EndpointPort => ({
  ...(name === "" ? {} : { name }),
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

/** Ready addresses first: they are of more use. */
function cut(subsets: EndpointSubset[]): { readonly subsets: EndpointSubset[]; readonly isCut: boolean } {
  const total = subsets.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  );
  if (total <= MOST_ADDRESSES) return { subsets, isCut: false };
  let left = MOST_ADDRESSES;
  const take = (list: EndpointAddress[] | undefined): EndpointAddress[] | undefined => {
    const taken = list?.slice(0, left);
    left -= taken?.length ?? 0;
    return taken?.length ? taken : undefined;
  };
  const ready = subsets.map(({ addresses }) => take(addresses));
  const cutSubsets = subsets.map((one, index) => ({
    ...one,
    addresses: ready[index],
    notReadyAddresses: take(one.notReadyAddresses),
  }));
  return { subsets: cutSubsets.filter((one) => one.addresses ?? one.notReadyAddresses), isCut: true };
}

function byAddress(a: PodEndpoint, b: PodEndpoint): number {
  const [left = "", right = ""] = [a.ips[0], b.ips[0]];
  return left < right ? -1 : left > right ? 1 : (a.pod.metadata.uid ?? "") < (b.pod.metadata.uid ?? "") ? -1 : 1;
}
