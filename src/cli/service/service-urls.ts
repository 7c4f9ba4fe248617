import type { Service, ServicePort } from "../../api/types/core-v1.ts";

/** Where a port of a Service answers, seen from this machine. */
export interface ServiceAddress {
  /** `http/80` or `80` */
  readonly target: string;
  /** `http://...` for TCP, `udp://...` for others; undefined: nowhere. */
  readonly url: string | undefined;
}

export interface ServiceAddressOptions {
  /** Where the cluster's Ingresses answer on this machine; 0: they do not. */
  readonly httpPort: number;
  /** Whether the addresses of the cluster are reached from here. */
  readonly isLocal: boolean;
  /** For clusters elsewhere. */
  readonly nodeIp: string | undefined;
}

const LOCALHOST_PORTS = "kube.local/localhost-ports";

/** The address of each port: of the load balancer, else the node port, else by name through the ingress, else the cluster's own. */
export function serviceAddresses(service: Service, options: ServiceAddressOptions): readonly ServiceAddress[] {
  return (service.spec?.ports ?? []).map((port) => ({
    target: port.name ? `${port.name}/${port.port}` : String(port.port),
    url: urlOf(service, port, options),
  }));
}

function urlOf(service: Service, port: ServicePort, options: ServiceAddressOptions): string | undefined {
  const { spec = {}, metadata } = service;
  const url = (host: string, number: number): string => {
    const scheme = schemeOf(port);
    const isCustomary = (scheme === "http" && number === 80) || (scheme === "https" && number === 443);
    return `${scheme}://${host}${isCustomary ? "" : `:${number}`}`;
  };
  if (spec.type === "ExternalName") return undefined;
  const [ingress] = service.status?.loadBalancer?.ingress ?? [];
  const balanced = ingress?.ip ?? ingress?.hostname;
  if (balanced !== undefined) return url(balanced, otherPort(service, port.port) ?? port.port);
  const nodeHost = options.isLocal ? "localhost" : options.nodeIp;
  if (port.nodePort && nodeHost !== undefined) return url(nodeHost, port.nodePort);
  if (!options.isLocal) return undefined;
  if (options.httpPort !== 0 && schemeOf(port) === "http" && isNamedByHost(service, port)) {
    const behind = options.httpPort === 80 ? "" : `:${options.httpPort}`;
    return `http://${metadata.name}.${metadata.namespace}.localhost${behind}`;
  }
  const clusterIp = spec.clusterIP;
  return clusterIp === undefined || clusterIp === "None" || clusterIp === "" ? undefined : url(clusterIp, port.port);
}

/** The name `NAME.NAMESPACE.localhost` means one port: the one for HTTP, or the first. */
function isNamedByHost({ spec }: Service, port: ServicePort): boolean {
  const ports = (spec?.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
  return port === (ports.find(({ name, port: number }) => name === "http" || number === 80) ?? ports[0]);
}

function schemeOf({ protocol = "TCP", name, port, appProtocol }: ServicePort): string {
  if (protocol !== "TCP") return protocol.toLowerCase();
  return name === "https" || appProtocol === "https" || port === 443 ? "https" : "http";
}

/** The port of localhost that stands for one that somebody else has. */
function otherPort({ metadata }: Service, port: number): number | undefined {
  const pairs = (metadata.annotations?.[LOCALHOST_PORTS] ?? "").split(",").map((pair) => pair.split("="));
  const other = Number(pairs.find(([from]) => from === String(port))?.[1]);
  return Number.isInteger(other) && other > 0 ? other : undefined;
}
