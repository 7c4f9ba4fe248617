import { controllerReference } from "../../api/owner-references.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { endpointslices } from "../../api/resources.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Action } from "../actions.ts";
import { portsKey, type PodPort } from "./pod-endpoint.ts";

export const SERVICE_NAME = "kubernetes.io/service-name";
export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

/** Upstream's default: small enough that one endpoint's change is cheap to tell. */
const MOST_ENDPOINTS = 100;

export type AddressType = "IPv4" | "IPv6";

/** What slices of one address type and one list of ports are to hold together. */
export interface SliceGroup {
  readonly addressType: AddressType;
  readonly ports: readonly PodPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface WantedSlices {
  /** What they belong to and go with; they have its name as a prefix. */
  readonly owner: KubeObject;
  /** Besides what is already there. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** No two of the same address type and ports. */
  readonly groups: readonly SliceGroup[];
}

/** Gives the key of the Service that a slice kept by `manager` belongs to. */
export function servicesOfSlices(manager: string): (slice: EndpointSlice) => readonly string[] {
  return ({ metadata: { namespace = "", labels = {} } }) => {
    const service = labels[SERVICE_NAME];
    return service === undefined || labels[MANAGED_BY] !== manager ? [] : [`${namespace}/${service}`];
  };
}

/** Changes slices into the wanted ones. An endpoint stays in its slice as long as it can, so that little changes for those who watch. */
export function sliceActions(wanted: WantedSlices, existing: readonly EndpointSlice[]): readonly Action[] {
  const byGroup = Map.groupBy(existing, groupKeyOfSlice);
  const keys = new Set(wanted.groups.map(groupKey));
  const free = existing.filter((slice) => !keys.has(groupKeyOfSlice(slice)));
  const actions: Action[] = [];
  for (const group of wanted.groups) {
    const { kept, fresh } = distributed(byGroup.get(groupKey(group)) ?? [], group.endpoints);
    for (const [slice, held] of kept) {
      // An empty slice is of no use beside others.
      if (held.length === 0 && group.endpoints.length > 0) free.push(slice);
      else actions.push(...updateActions(slice, sliceWith(wanted, group, held, slice)));
    }
    for (const held of fresh) {
      const reused = takeFree(free, group.addressType);
      const object = sliceWith(wanted, group, held, reused);
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
  // A group without endpoints has one slice that says so.
  return { kept, fresh: kept.size === 0 && fresh.length === 0 ? [[]] : fresh };
}

/** The address type of a slice never changes. */
function takeFree(free: EndpointSlice[], addressType: AddressType): EndpointSlice | undefined {
  const index = free.findIndex((slice) => slice.addressType === addressType);
  return index < 0 ? undefined : free.splice(index, 1)[0];
}

function sliceWith(
  { owner, labels, annotations }: WantedSlices,
  { addressType, ports }: SliceGroup,
  endpoints: readonly Endpoint[],
  current: EndpointSlice | undefined,
): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...(current?.metadata ?? {
        generateName: `${owner.metadata.name ?? ""}-`,
        namespace: owner.metadata.namespace,
        ownerReferences: [controllerReference(owner)],
      }),
      labels: { ...labels },
      ...(annotations ? { annotations: { ...annotations } } : {}),
    },
    addressType,
    endpoints: [...endpoints],
    ports: ports.map(portOf),
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

const groupKey = ({ addressType, ports }: Pick<SliceGroup, "addressType" | "ports">): string =>
  `${addressType} ${portsKey(ports)}`;

const groupKeyOfSlice = ({ addressType, ports = [] }: EndpointSlice): string =>
  groupKey({
    addressType: addressType === "IPv6" ? "IPv6" : "IPv4",
    ports: ports.map(({ name = "", port = 0, protocol = "TCP", appProtocol }) => ({
      name,
      port,
      protocol,
      appProtocol,
    })),
  });

const endpointKey = ({ addresses, targetRef }: Endpoint): string => `${addresses[0] ?? ""} ${targetRef?.uid ?? ""}`;
