import { ipaddresses, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { IPAddress } from "../../api/types/networking-v1.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, type Controller, API_SERVER } from "../controller.ts";

interface AddressSnapshot {
  readonly ip: string;
  readonly service: Service | undefined;
  readonly address: IPAddress | undefined;
}

const MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
const FAMILY = "ipaddress.kubernetes.io/ip-family";
const ALLOCATOR = "ipallocator.k8s.io";
const BY_IP = "clusterIP";

/** Sees to one IPAddress for each address that a Service has, and to none for those that no Service has any more. */
export const ipAddressController: Controller = defineController({
  name: "service-ipallocator-controller",
  user: API_SERVER,
  connect({ informers }) {
    const serviceInformer = informers.informer(services);
    const addressInformer = informers.informer(ipaddresses);
    serviceInformer.addIndex(BY_IP, clusterIps);
    return {
      watches: [watch(serviceInformer, clusterIps), watch(addressInformer, ({ metadata }) => [metadata.name ?? ""])],
      snapshot: (ip): AddressSnapshot => ({
        ip,
        service: serviceInformer.byIndex(BY_IP, ip)[0],
        address: addressInformer.get(ip),
      }),
    };
  },
  reconcile: addressActions,
});

const clusterIps = ({ spec }: Service): readonly string[] =>
  spec?.type === "ExternalName" ? [] : (spec?.clusterIPs ?? []).filter((ip) => ip !== "" && ip !== "None");

function addressActions({ ip, service, address }: AddressSnapshot): readonly Action[] {
  const wanted = service && addressOf(ip, service);
  if (!address) return wanted ? [{ do: "create", type: ipaddresses, object: wanted }] : [];
  // What others made is a reservation of theirs.
  const isOurs = address.metadata.labels?.[MANAGED_BY] === ALLOCATOR;
  if (!wanted) return isOurs ? [{ do: "delete", type: ipaddresses, object: address }] : [];
  if (Bun.deepEquals(address.spec, wanted.spec) && isOurs) return [];
  return [
    { do: "delete", type: ipaddresses, object: address },
    { do: "create", type: ipaddresses, object: wanted },
  ];
}

function addressOf(ip: string, { metadata }: Service): IPAddress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IPAddress",
    metadata: { name: ip, labels: { [FAMILY]: ip.includes(":") ? "IPv6" : "IPv4", [MANAGED_BY]: ALLOCATOR } },
    spec: { parentRef: { resource: "services", namespace: metadata.namespace, name: metadata.name ?? "" } },
  };
}
