import { isPodFinished, isPodReady } from "../../api/pod-readiness.ts";
import type { Container, Pod, Service, ServicePort } from "../../api/types/core-v1.ts";

/** A port of a Service as one pod serves it. */
export interface PodPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
}

/** What a pod is to a Service. */
export interface PodEndpoint {
  readonly pod: Pod;
  readonly ips: readonly string[];
  /** Sorted, so that pods that serve alike compare equal. Ports that the pod does not have are missing. */
  readonly ports: readonly PodPort[];
  readonly hostname: string | undefined;
  /** Ready as its probes say, also while it is on its way out. */
  readonly isServing: boolean;
  readonly isTerminating: boolean;
}

/** The pods of a Service that have an address and still run. */
export function podEndpoints(service: Service, pods: readonly Pod[]): readonly PodEndpoint[] {
  return pods
    .filter((pod) => !isPodFinished(pod) && addressesOf(pod).length > 0)
    .map((pod) => ({
      pod,
      ips: addressesOf(pod),
      ports: (service.spec?.ports ?? []).flatMap((port) => resolvedPort(pod, port) ?? []).toSorted(byName),
      hostname: hostnameIn(service, pod),
      isServing: isPodReady(pod),
      isTerminating: pod.metadata.deletionTimestamp !== undefined,
    }));
}

export const isHeadless = ({ spec }: Service): boolean =>
  spec?.clusterIP === undefined || spec.clusterIP === "None" || spec.clusterIP === "";

export const targetReference = ({ metadata: { name, namespace, uid } }: Pod) => ({ kind: "Pod", namespace, name, uid });

/** Equal for equal lists of ports. */
export const portsKey = (ports: readonly PodPort[]): string =>
  ports.map(({ name, port, protocol, appProtocol = "" }) => `${name}:${port}:${protocol}:${appProtocol}`).join(",");

function addressesOf({ status }: Pod): readonly string[] {
  if (status?.podIPs?.length) return status.podIPs.map(({ ip }) => ip);
  return status?.podIP ? [status.podIP] : [];
}

function resolvedPort(
  pod: Pod,
  { name = "", port, targetPort = port, protocol = "TCP", appProtocol }: ServicePort,
): PodPort | undefined {
  const number =
    typeof targetPort === "number" && targetPort !== 0 ? targetPort : namedPort(pod, String(targetPort), protocol);
  return number === undefined ? undefined : { name, port: number, protocol, appProtocol };
}

function namedPort({ spec }: Pod, name: string, protocol: string): number | undefined {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const containers: readonly Container[] = [...(spec?.containers ?? []), ...sidecars];
  return containers
    .flatMap(({ ports = [] }) => ports)
    .find((port) => port.name === name && (port.protocol ?? "TCP") === protocol)?.containerPort;
}

/** Pods of a headless Service that name it as their subdomain get names of their own in DNS. */
function hostnameIn({ metadata }: Service, { spec, metadata: podMetadata }: Pod): string | undefined {
  const isOwnName = spec?.hostname && spec.subdomain === metadata.name && podMetadata.namespace === metadata.namespace;
  return isOwnName ? spec.hostname : undefined;
}

const byName = (a: PodPort, b: PodPort): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.port - b.port);
