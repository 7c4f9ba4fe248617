import { apiError, badRequest, notFound } from "../../api/api-error.ts";
import { isGlobalUnicast } from "../../api/endpoint-ip.ts";
import { endpoints, nodes, pods, services } from "../../api/resources.ts";
import type { EndpointAddress, EndpointSubset } from "../../api/types/core-v1.ts";
import { randomFraction } from "../../lib/random.ts";
import type { ObjectReader } from "../objects/object-reader.ts";

/** Where a proxied request goes. */
export interface ProxyTarget {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  /** Whom to expect there, and who we are. Absent: anybody, and nobody. */
  readonly security?: ConnectionSecurity;
}

export interface ConnectionSecurity {
  readonly serverName: string;
  /** PEM; undefined: the authorities this machine trusts. */
  readonly ca: string | undefined;
  readonly isVerified: boolean;
  /** PEM. */
  readonly client: { readonly certificate: string; readonly key: string } | undefined;
}

/** `name`, `name:port` or `scheme:name:port`, as the path has it. */
interface ProxyName {
  readonly scheme: "http" | "https";
  readonly name: string;
  readonly port: string;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

export async function podTarget(reader: ObjectReader, namespace: string, id: string): Promise<ProxyTarget> {
  const { scheme, name, port } = parsedName(id, "pod");
  const pod = await reader.find(pods, namespace, name);
  if (!pod) throw notFound(pods, name);
  const host = pod.status?.podIP;
  // Whoever may write the status of a pod must not reach what only this machine can.
  if (!host || !isGlobalUnicast(host)) throw badRequest("address not allowed");
  const declared = pod.spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  return { scheme, host, port: port === "" ? (declared ?? DEFAULT_PORTS[scheme]) : portNumber(port) };
}

type IsAllowed = (address: EndpointAddress) => Promise<boolean>;

const isAny: IsAllowed = () => Promise.resolve(true);

/** One of the service's ready endpoints, any. */
export async function serviceTarget(
  reader: ObjectReader,
  namespace: string,
  id: string,
  isAllowed: IsAllowed = isAny,
): Promise<ProxyTarget> {
  const { scheme, name, port } = parsedName(id, "service");
  const portName = /^\d+$/.test(port) ? await nameOfPort(reader, namespace, name, Number(port)) : port;
  const chosen = await anyEndpoint(reader, { namespace, name, portName }, isAllowed);
  if (!chosen) throw noEndpoints(id);
  return { scheme, ...chosen };
}

/** As `serviceTarget`, among endpoints that are pods: whoever may write Endpoints must not reach whatever this machine can. */
export async function servicePodTarget(reader: ObjectReader, namespace: string, id: string): Promise<ProxyTarget> {
  return await serviceTarget(reader, namespace, id, async (address) => await isOfPod(reader, namespace, address));
}

/** The same for a server that the API server itself calls by the number of a port. */
export async function calledEndpoint(
  reader: ObjectReader,
  namespace: string,
  name: string,
  port: number,
): Promise<Endpoint> {
  // Kubernetes has the singular here.
  if (!(await reader.find(services, namespace, name))) throw notFound({ group: "", resource: "service" }, name);
  const portName = await nameOfPort(reader, namespace, name, port);
  const chosen = await anyEndpoint(reader, { namespace, name, portName }, isAny);
  if (!chosen) throw noEndpoints(name);
  return chosen;
}

type Endpoint = Pick<ProxyTarget, "host" | "port">;

async function anyEndpoint(
  reader: ObjectReader,
  { namespace, name, portName }: { readonly namespace: string; readonly name: string; readonly portName: string },
  isAllowed: IsAllowed,
): Promise<Endpoint | undefined> {
  const found = await reader.find(endpoints, namespace, name);
  if (!found) throw notFound(endpoints, name);
  const candidates = (found.subsets ?? []).flatMap((subset) => addressesOf(subset, portName));
  const first = Math.floor(randomFraction() * candidates.length);
  for (const { address, port } of [...candidates.slice(first), ...candidates.slice(0, first)]) {
    // eslint-disable-next-line no-await-in-loop -- most often the first is taken
    if (await isAllowed(address)) return { host: address.ip, port };
  }
  return undefined;
}

const noEndpoints = (service: string): Error =>
  apiError("ServiceUnavailable", `no endpoints available for service ${JSON.stringify(service)}`);

async function isOfPod(reader: ObjectReader, namespace: string, { ip, targetRef }: EndpointAddress): Promise<boolean> {
  if (targetRef?.name === undefined || targetRef.namespace !== namespace) return false;
  const pod = await reader.find(pods, namespace, targetRef.name);
  return pod?.status?.podIPs?.some((each) => each.ip === ip) ?? false;
}

/** By custom the port of the kubelet. */
const KUBELET_PORT = "10250";

/** The name of the node whose own pages are asked for; undefined: another server on that machine is. */
export function nodeWithPages(id: string): string | undefined {
  const { name, port } = parsedName(id, "node");
  return port === "" || port === KUBELET_PORT ? name : undefined;
}

/** A port of the machine itself. */
export async function nodeTarget(reader: ObjectReader, _namespace: string, id: string): Promise<ProxyTarget> {
  const { scheme, name, port } = parsedName(id, "node");
  const node = await reader.find(nodes, "", name);
  if (!node) throw notFound(nodes, name);
  const host = node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  if (!host) throw apiError("ServiceUnavailable", `no preferred addresses found; known addresses: []`);
  if (!isGlobalUnicast(host)) throw badRequest("address not allowed");
  return { scheme, host, port: portNumber(port) };
}

function parsedName(id: string, what: string): ProxyName {
  const parts = id.split(":");
  const [first = "", second = "", third = ""] = parts;
  const [scheme, name, port] = parts.length === 3 ? [first, second, third] : ["", first, second];
  if (parts.length > 3 || name === "" || (scheme !== "" && scheme !== "http" && scheme !== "https")) {
    throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`);
  }
  return { scheme: scheme === "https" ? "https" : "http", name, port };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badRequest(`invalid port ${JSON.stringify(text)}`);
  return port;
}

async function nameOfPort(reader: ObjectReader, namespace: string, name: string, port: number): Promise<string> {
  const service = await reader.find(services, namespace, name);
  if (!service) throw notFound(services, name);
  const declared = service.spec?.ports?.find((each) => each.port === port);
  if (declared) return declared.name ?? "";
  throw apiError("ServiceUnavailable", `no service port ${port} found for service ${JSON.stringify(name)}`);
}

function addressesOf({ addresses = [], ports = [] }: EndpointSubset, portName: string) {
  const port = ports.find((each) => (each.name ?? "") === portName);
  return port ? addresses.map((address) => ({ address, port: port.port })) : [];
}
