import { controllerReference } from "../../api/owner-references.ts";
import { endpointslices } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Action } from "../actions.ts";
import type { EndpointSliceSnapshot } from "./endpoint-slice.ts";
import { isHeadless, podEndpoints, portsKey, targetReference, type PodEndpoint, type PodPort } from "./pod-endpoint.ts";

export const SERVICE_NAME = "kubernetes.io/service-name";
export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
export const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";

/** Upstream's default: small enough that one pod's change is cheap to tell. */
const MOST_ENDPOINTS = 100;

type AddressType = "IPv4" | "IPv6";

/** What slices of one address type and one list of ports are to hold together. */
interface WantedGroup {
  readonly ports: readonly PodPort[];
  readonly endpoints: readonly Endpoint[];
}

/** Keeps the slices of a Service. An endpoint stays in its slice as long as it can, so that little changes for those who watch. */
export function endpointSliceActions(snapshot: EndpointSliceSnapshot): readonly Action[] {
  const families = familiesOf(snapshot.service);
  const outdated = snapshot.slices.filter(({ addressType }) => !families.some((family) => family === addressType));
  return [
    ...outdated.map((object): Action => ({ do: "delete", type: endpointslices, object })),
    ...families.flatMap((family) => familyActions(snapshot, family)),
  ];
}

function familyActions(snapshot: EndpointSliceSnapshot, family: AddressType): readonly Action[] {
  const existing = snapshot.slices.filter(({ addressType }) => addressType === family);
  const groups = wantedGroups(snapshot, family);
  const byPorts = Map.groupBy(existing, (slice) => slicePortsKey(slice));
  const free = existing.filter((slice) => !groups.has(slicePortsKey(slice)));
  const actions: Action[] = [];
  for (const [key, { ports, endpoints }] of groups) {
    const { kept, fresh } = distributed(byPorts.get(key) ?? [], endpoints);
    for (const [slice, held] of kept) {
      // An empty slice is of no use beside others.
      if (held.length === 0 && endpoints.length > 0) free.push(slice);
      else actions.push(...updateActions(slice, sliceWith(snapshot.service, family, ports, held, slice)));
    }
    for (const held of fresh) {
      const reused = free.pop();
      const object = sliceWith(snapshot.service, family, ports, held, reused);
      actions.push({ do: reused ? "update" : "create", type: endpointslices, object });
    }
  }
  return [...actions, ...free.map((object): Action => ({ do: "delete", type: endpointslices, object }))];
}

/** Puts endpoints where they are already, then where there is room, then into new slices. */
function distributed(
  slices: readonly EndpointSlice[],
  endpoints: readonly Endpoint[],
): {
  readonly kept: ReadonlyMap<EndpointSlice, readonly Endpoint[]>;
  readonly fresh: readonly (readonly Endpoint[])[];
} {
  const waiting = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const kept = new Map<EndpointSlice, Endpoint[]>();
  for (const slice of slices) {
    const held = (slice.endpoints ?? []).flatMap((old) => {
      const current = waiting.get(endpointKey(old));
      waiting.delete(endpointKey(old));
      return current ?? [];
    });
    kept.set(slice, held);
  }
  const rest = [...waiting.values()];
  for (const held of kept.values()) held.push(...rest.splice(0, MOST_ENDPOINTS - held.length));
  const fresh: Endpoint[][] = [];
  while (rest.length > 0) fresh.push(rest.splice(0, MOST_ENDPOINTS));
  // A Service without endpoints has one slice that says so.
  return { kept, fresh: kept.size === 0 && fresh.length === 0 ? [[]] : fresh };
}

function wantedGroups(
  { service, pods, zoneByNode }: EndpointSliceSnapshot,
  family: AddressType,
): Map<string, WantedGroup> {
  const tolerant = service.spec?.publishNotReadyAddresses === true;
  const groups = new Map<string, { readonly ports: readonly PodPort[]; readonly endpoints: Endpoint[] }>();
  for (const found of podEndpoints(service, pods)) {
    const ip = found.ips.find((address) => address.includes(":") === (family === "IPv6"));
    if (ip === undefined) continue;
    const key = portsKey(found.ports);
    const group = groups.get(key) ?? { ports: found.ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(found, ip, tolerant, zoneByNode));
  }
  return groups.size === 0 ? new Map([["", { ports: [], endpoints: [] }]]) : groups;
}

function endpointOf(
  { pod, hostname, isServing, isTerminating }: PodEndpoint,
  ip: string,
  tolerant: boolean,
  zoneByNode: Readonly<Record<string, string>>,
): Endpoint {
  const nodeName = pod.spec?.nodeName;
  const zone = nodeName === undefined ? undefined : zoneByNode[nodeName];
  return {
    addresses: [ip],
    conditions: { ready: tolerant || (isServing && !isTerminating), serving: isServing, terminating: isTerminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: targetReference(pod),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function sliceWith(
  service: Service,
  addressType: AddressType,
  ports: readonly PodPort[],
  endpoints: readonly Endpoint[],
  current: EndpointSlice | undefined,
): EndpointSlice {
  const { name = "", namespace, labels } = service.metadata;
  const { [HEADLESS]: _headless, ...inherited } = labels ?? {};
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...(current?.metadata ?? {
        generateName: `${name}-`,
        namespace,
        ownerReferences: [controllerReference(service)],
      }),
      labels: {
        ...inherited,
        [SERVICE_NAME]: name,
        [MANAGED_BY]: MANAGER,
        ...(isHeadless(service) ? { [HEADLESS]: "" } : {}),
      },
    },
    addressType,
    endpoints: [...endpoints],
    ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
  };
}

function updateActions(current: EndpointSlice, object: EndpointSlice): Action[] {
  return Bun.deepEquals(object, current) ? [] : [{ do: "update", type: endpointslices, object }];
}

const portOf = ({ name, port, protocol, appProtocol }: PodPort): EndpointPort => ({
  name,
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

const slicePortsKey = ({ ports = [] }: EndpointSlice): string =>
  portsKey(
    ports.map(({ name = "", port = 0, protocol = "TCP", appProtocol }) => ({ name, port, protocol, appProtocol })),
  );

const endpointKey = ({ addresses, targetRef }: Endpoint): string => `${addresses[0] ?? ""} ${targetRef?.uid ?? ""}`;

/** Upstream serves IPv4 where a Service does not say. */
function familiesOf({ spec }: Service): readonly AddressType[] {
  const families = (spec?.ipFamilies ?? []).map((family): AddressType => (family === "IPv6" ? "IPv6" : "IPv4"));
  return families.length === 0 ? ["IPv4"] : families;
}
