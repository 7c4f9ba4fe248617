import type { Service } from "../../api/types/core-v1.ts";

/**
 * The variables that tell containers where services are (pkg/kubelet/envvars). The service of the API server is always among
 * them, the others of the pod's namespace only with `enableServiceLinks`.
 */
export function serviceEnvironment(
  services: readonly Service[],
  { namespace, enableServiceLinks }: { readonly namespace: string; readonly enableServiceLinks: boolean },
): Map<string, string> {
  const serviceByName = new Map<string, Service>();
  for (const service of services) {
    const { name = "", namespace: ownNamespace } = service.metadata;
    const clusterIp = service.spec?.clusterIP ?? "";
    if (clusterIp === "" || clusterIp === "None") continue;
    if (ownNamespace === "default" && name === "kubernetes") {
      if (!serviceByName.has(name)) serviceByName.set(name, service);
    } else if (ownNamespace === namespace && enableServiceLinks) serviceByName.set(name, service);
  }
  return new Map([...serviceByName].flatMap(([name, service]) => variablesOf(name, service)));
}

function variablesOf(serviceName: string, { spec }: Service): [string, string][] {
  const prefix = variableName(serviceName);
  const host = spec?.clusterIP ?? "";
  const ports = spec?.ports ?? [];
  const [first] = ports;
  if (!first) return [[`${prefix}_SERVICE_HOST`, host]];
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap(({ name, port }): [string, string][] =>
      name === undefined || name === "" ? [] : [[`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]],
    ),
    [`${prefix}_PORT`, linkUrl(host, first)],
    ...ports.flatMap((port) => linkVariables(prefix, host, port)),
  ];
}

type Port = NonNullable<NonNullable<Service["spec"]>["ports"]>[number];

function linkVariables(prefix: string, host: string, port: Port): [string, string][] {
  const protocol = port.protocol ?? "TCP";
  const portPrefix = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
  return [
    [portPrefix, linkUrl(host, port)],
    [`${portPrefix}_PROTO`, protocol.toLowerCase()],
    [`${portPrefix}_PORT`, String(port.port)],
    [`${portPrefix}_ADDR`, host],
  ];
}

function linkUrl(host: string, { protocol = "TCP", port }: Port): string {
  return `${protocol.toLowerCase()}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

const variableName = (name: string): string => name.replaceAll("-", "_").toUpperCase();
