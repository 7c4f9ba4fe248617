import { isSidecar } from "../../api/pod-resources.ts";
import type { ContainerPort, Pod, Service } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";

/*
 * What `8080:80`, `:80`, `http` and `8443:https` mean for a pod, or for a service in front of it. The wording is kubectl's.
 */

/** A port here and the one in the pod that it leads to. */
export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

/** Names are those of the containers' ports. */
export function podPorts(texts: readonly string[], pod: Pod): readonly ForwardedPort[] {
  const udpOnly = udpOnlyPorts(containerPorts(pod).map(({ containerPort, protocol }) => [containerPort, protocol]));
  return texts.map((text) => {
    const { local, remote } = localAndRemote(text);
    const remotePort = isNumber(remote) ? remote : String(portNamed(remote, pod));
    refuseUdp(Number(remotePort), remote, udpOnly);
    return forwardedPort(local === remote ? remotePort : local, remotePort);
  });
}

/** Numbers and names are those of the service's ports; the pod's own are behind them. */
export function servicePorts(texts: readonly string[], service: Service, pod: Pod): readonly ForwardedPort[] {
  const udpOnly = udpOnlyPorts((service.spec?.ports ?? []).map(({ port, protocol }) => [port, protocol]));
  return texts.map((text) => {
    const { local, remote } = localAndRemote(text);
    const port = isNumber(remote) ? Number(remote) : servicePortNamed(remote, service);
    refuseUdp(port, remote, udpOnly);
    return forwardedPort(local === remote ? String(port) : local, String(targetPort(port, service, pod)));
  });
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

function localAndRemote(text: string): { readonly local: string; readonly remote: string } {
  const [local = "", remote = local, ...rest] = text.split(":");
  if (rest.length > 0) throw new UserError(`invalid port format '${text}'`);
  if (remote === "") throw new UserError("remote port cannot be empty");
  return { local, remote };
}

function forwardedPort(local: string, remote: string): ForwardedPort {
  const port = { local: portNumber(local || "0", "local"), remote: portNumber(remote, "remote") };
  if (port.remote === 0) throw new UserError("remote port must be > 0");
  return port;
}

function portNumber(text: string, side: "local" | "remote"): number {
  const problem = !/^\d+$/.test(text) ? "invalid syntax" : Number(text) > 65_535 ? "value out of range" : undefined;
  if (problem === undefined) return Number(text);
  throw new UserError(
    `error parsing ${side} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`,
  );
}

function containerPorts({ spec }: Pod): readonly ContainerPort[] {
  const sidecars = (spec?.initContainers ?? []).filter(isSidecar);
  return [...(spec?.containers ?? []), ...sidecars].flatMap(({ ports = [] }) => ports);
}

function portNamed(name: string, pod: Pod): number {
  const found = containerPorts(pod).find((port) => port.name === name);
  if (found) return found.containerPort;
  throw new UserError(`Pod '${pod.metadata.name}' does not have a named port '${name}'`);
}

function servicePortNamed(name: string, { metadata, spec }: Service): number {
  const found = spec?.ports?.find((port) => port.name === name);
  if (found) return found.port;
  throw new UserError(`Service '${metadata.name}' does not have a named port '${name}'`);
}

function targetPort(port: number, { metadata, spec }: Service, pod: Pod): number {
  const found = spec?.ports?.find((each) => each.port === port);
  if (!found) throw new UserError(`Service ${metadata.name} does not have a service port ${port}`);
  // Nothing translates the ports of a headless service on the way to its pods.
  if (spec?.clusterIP === "None") return port;
  const target = found.targetPort ?? 0;
  return typeof target === "number" ? target || port : portNamed(target, pod);
}

/** Ports that speak UDP and not also TCP: only TCP can be forwarded. */
function udpOnlyPorts(ports: readonly (readonly [port: number, protocol: string | undefined])[]): ReadonlySet<number> {
  const speaking = (wanted: string): Set<number> =>
    new Set(ports.filter(([, protocol = "TCP"]) => protocol === wanted).map(([port]) => port));
  return speaking("UDP").difference(speaking("TCP"));
}

function refuseUdp(port: number, text: string, udpOnly: ReadonlySet<number>): void {
  if (udpOnly.has(port)) throw new UserError(`UDP protocol is not supported for ${text}`);
}
