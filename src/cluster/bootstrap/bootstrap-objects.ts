import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import {
  endpoints,
  endpointslices,
  namespaces,
  priorityclasses,
  servicecidrs,
  services,
  storageclasses,
} from "../../api/resources.ts";
import type { Endpoints, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import { defaultStorageClass } from "../../api/volume-claims.ts";
import type { Client } from "../../client/client.ts";
import { DIRECTORY_PROVISIONER } from "../../controllers/volumes/directory-provisioner.ts";
import { addressAt, cidrText, type Cidr } from "../../lib/cidr.ts";

/** What a cluster has before anyone made anything, with upstream's names. */

/** Where pods reach the two servers that live in this process. */
export interface ControlPlaneAddresses {
  readonly address: string;
  readonly apiServerPort: number;
  readonly dnsUdpPort: number;
  readonly dnsTcpPort: number;
}

/** By custom the API server has the first service address and DNS the tenth. */
export const apiServerServiceIp = (serviceRange: Cidr): string => addressAt(serviceRange, 1);
export const dnsServiceIp = (serviceRange: Cidr): string => addressAt(serviceRange, 10);

const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"] as const;

/**
 * Creates what is missing, so that it can run at every start. Namespaces come first: the rest lies in them. Says whether the cluster was
 * empty before.
 */
export async function createBootstrapObjects(client: Client, serviceRange: Cidr): Promise<{ readonly isNew: boolean }> {
  const namespaceClient = client.resource(namespaces);
  const isNew = (await namespaceClient.find({ name: "kube-system" })) === undefined;
  for (const name of SYSTEM_NAMESPACES) {
    await createIfMissing(namespaceClient, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const classClient = client.resource(priorityclasses);
  for (const [name, value] of [
    ["system-node-critical", 2_000_001_000],
    ["system-cluster-critical", 2_000_000_000],
  ] as const) {
    await createIfMissing(classClient, {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name },
      value,
    });
  }
  await createIfMissing(client.resource(servicecidrs), {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name: "kubernetes" },
    spec: { cidrs: [cidrText(serviceRange)] },
  });
  await createIfMissing(client.resource(services), apiServerService(serviceRange));
  await createIfMissing(client.resource(services), dnsService(serviceRange));
  return { isNew };
}

export const STANDARD_CLASS = "standard";

export async function createStandardClass(client: Client): Promise<void> {
  await createIfMissing(client.resource(storageclasses), await standardClass(client));
}

/** Says where the servers of this start listen. */
export async function publishControlPlane(client: Client, at: ControlPlaneAddresses): Promise<void> {
  const https = [{ name: "https", port: at.apiServerPort, protocol: "TCP" }];
  const dns = [
    { name: "dns", port: at.dnsUdpPort, protocol: "UDP" },
    { name: "dns-tcp", port: at.dnsTcpPort, protocol: "TCP" },
  ];
  await put(client, endpoints, endpointsOf("kubernetes", "default", at.address, https));
  await put(client, endpointslices, sliceOf("kubernetes", "default", "kubernetes", at.address, https));
  await put(client, endpointslices, sliceOf("kube-dns", "kube-system", "kube-dns", at.address, dns));
}

/** Volumes that are directories of this host, made when a pod first needs them. The default, unless a user has another one. */
async function standardClass(client: Client): Promise<StorageClass> {
  const isDefault = defaultStorageClass((await client.resource(storageclasses).list()).items) === undefined;
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: STANDARD_CLASS,
      annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
    },
    provisioner: DIRECTORY_PROVISIONER,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
}

function apiServerService(serviceRange: Cidr): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      clusterIP: apiServerServiceIp(serviceRange),
      clusterIPs: [apiServerServiceIp(serviceRange)],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      type: "ClusterIP",
      sessionAffinity: "None",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  };
}

function dnsService(serviceRange: Cidr): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: { "k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS" },
    },
    spec: {
      clusterIP: dnsServiceIp(serviceRange),
      clusterIPs: [dnsServiceIp(serviceRange)],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      type: "ClusterIP",
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      ],
    },
  };
}

interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** The mirroring controller must leave these alone: the slice is written beside them. */
const SKIP_MIRROR_LABEL = "endpointslice.kubernetes.io/skip-mirror";

function endpointsOf(name: string, namespace: string, ip: string, ports: readonly NamedPort[]): Endpoints {
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name, namespace, labels: { [SKIP_MIRROR_LABEL]: "true" } },
    subsets: [{ addresses: [{ ip }], ports: [...ports] }],
  };
}

function sliceOf(
  name: string,
  namespace: string,
  service: string,
  ip: string,
  ports: readonly NamedPort[],
): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [...ports],
  };
}

async function createIfMissing<T extends KubeObject>(
  resource: {
    find(key: { name: string; namespace?: string | undefined }): Promise<T | undefined>;
    create(object: T): Promise<T>;
  },
  object: T,
): Promise<void> {
  const key = { name: object.metadata.name ?? "", namespace: object.metadata.namespace };
  if (!(await resource.find(key))) await resource.create(object);
}

async function put<T extends KubeObject>(client: Client, type: ResourceType<T>, object: T): Promise<void> {
  const resource = client.resource(type);
  const present = await resource.find({ name: object.metadata.name ?? "", namespace: object.metadata.namespace });
  if (!present) await resource.create(object);
  else
    await resource.update({
      ...object,
      metadata: { ...object.metadata, resourceVersion: present.metadata.resourceVersion },
    });
}
