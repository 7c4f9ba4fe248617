import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint } from "../../api/types/discovery-v1.ts";
import type { Action } from "../actions.ts";
import type { EndpointSliceSnapshot } from "./endpoint-slice.ts";
import { isHeadless, podEndpoints, portsKey, targetReference, type PodEndpoint, type PodPort } from "./pod-endpoint.ts";
import { MANAGED_BY, SERVICE_NAME, sliceActions, type AddressType, type SliceGroup } from "./slices.ts";

export const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";

/** Keeps the slices of a Service whose pods are found by its selector. */
export function endpointSliceActions(snapshot: EndpointSliceSnapshot): readonly Action[] {
  const { service, slices } = snapshot;
  const groups = familiesOf(service).flatMap((family) => familyGroups(snapshot, family));
  return sliceActions({ owner: service, labels: labelsOf(service), groups }, slices);
}

function familyGroups({ service, pods, zoneByNode }: EndpointSliceSnapshot, addressType: AddressType): SliceGroup[] {
  const groups = new Map<string, { readonly ports: readonly PodPort[]; readonly endpoints: Endpoint[] }>();
  for (const found of podEndpoints(service, pods)) {
    const ip = found.ips.find((address) => address.includes(":") === (addressType === "IPv6"));
    if (ip === undefined) continue;
    const key = portsKey(found.ports);
    const group = groups.get(key) ?? { ports: found.ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(found, ip, service, zoneByNode));
  }
  if (groups.size === 0) return [{ addressType, ports: [], endpoints: [] }];
  return [...groups.values()].map((group) => ({ addressType, ...group }));
}

function endpointOf(
  { pod, hostname, isServing, isTerminating }: PodEndpoint,
  ip: string,
  service: Service,
  zoneByNode: Readonly<Record<string, string>>,
): Endpoint {
  const isTolerant = service.spec?.publishNotReadyAddresses === true;
  const isReady = isTolerant || (isServing && !isTerminating);
  const nodeName = pod.spec?.nodeName;
  const zone = nodeName === undefined ? undefined : zoneByNode[nodeName];
  return {
    addresses: [ip],
    conditions: { ready: isReady, serving: isServing, terminating: isTerminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: targetReference(pod),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
    ...hintsOf(service, { isReady, nodeName, zone }),
  };
}

const NEAR: ReadonlySet<string> = new Set(["PreferClose", "PreferSameZone", "PreferSameNode"]);

/** For whom a ready endpoint is meant, when its Service prefers those that are near (trafficdist.go). */
function hintsOf(
  { spec }: Service,
  at: { readonly isReady: boolean; readonly nodeName: string | undefined; readonly zone: string | undefined },
): Pick<Endpoint, "hints"> {
  const { trafficDistribution = "" } = spec ?? {};
  if (!at.isReady || !NEAR.has(trafficDistribution)) return {};
  const forZones = at.zone === undefined ? {} : { forZones: [{ name: at.zone }] };
  const isForNodes = trafficDistribution === "PreferSameNode" && at.nodeName !== undefined;
  const forNodes = isForNodes ? { forNodes: [{ name: at.nodeName ?? "" }] } : {};
  const hints = { ...forNodes, ...forZones };
  return Object.keys(hints).length === 0 ? {} : { hints };
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  const { [HEADLESS]: _headless, ...inherited } = service.metadata.labels ?? {};
  return {
    ...inherited,
    [SERVICE_NAME]: service.metadata.name ?? "",
    [MANAGED_BY]: MANAGER,
    ...(isHeadless(service) ? { [HEADLESS]: "" } : {}),
  };
}

/** Upstream serves IPv4 where a Service does not say. */
function familiesOf({ spec }: Service): readonly AddressType[] {
  const families = (spec?.ipFamilies ?? []).map((family): AddressType => (family === "IPv6" ? "IPv6" : "IPv4"));
  return families.length === 0 ? ["IPv4"] : families;
}
