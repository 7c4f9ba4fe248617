import { at, child } from "../../../field-errors.ts";
import type { Container, ContainerPort, EphemeralContainer } from "../../../types/core-v1.ts";

interface PlacedPort {
  readonly port: ContainerPort;
  readonly path: string;
}

/** Of ports that get in each other's way: all containers of a pod share one network. */
export function containerPortWarnings(
  containers: readonly { readonly container: Container | EphemeralContainer; readonly path: string }[],
): string[] {
  const ports = containers.flatMap(({ container, path }) =>
    (container.ports ?? []).map((port, index): PlacedPort => ({ port, path: at(child(path, "ports"), index) })),
  );
  return [
    ...ports.flatMap((placed, index) => [...hostIpWarnings(placed), ...clashWarnings(placed, ports.slice(0, index))]),
    ...nameWarnings(ports),
  ];
}

function hostIpWarnings({ port, path }: PlacedPort): string[] {
  const { name = "", containerPort, hostPort = 0, hostIP = "", protocol = "" } = port;
  if (hostIP === "" || hostPort !== 0) return [];
  // As Go prints the struct.
  const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return [`${path}: hostIP set without hostPort: ${shown}`];
}

function clashWarnings({ port, path }: PlacedPort, earlier: readonly PlacedPort[]): string[] {
  return earlier
    .filter((other) => other.port.containerPort === port.containerPort && other.port.protocol === port.protocol)
    .flatMap((other) => {
      const clash = clashOf(port, other.port);
      return clash === undefined ? [] : [`${path}: ${clash} port definition with ${other.path}`];
    });
}

function clashOf(port: ContainerPort, other: ContainerPort): string | undefined {
  const { hostIP = "", hostPort = 0 } = port;
  const { hostIP: otherIp = "", hostPort: otherPort = 0 } = other;
  if (hostIP === otherIp && hostPort === otherPort) return "duplicate";
  if (hostPort === 0 || otherPort === 0) return "overlapping";
  const isOneOnAllAddresses = (hostIP === "") !== (otherIp === "");
  return hostPort === otherPort && isOneOnAllAddresses ? "dangerously ambiguous" : undefined;
}

function nameWarnings(ports: readonly PlacedPort[]): string[] {
  const pathsByName = new Map<string, string>();
  return ports.flatMap(({ port: { name }, path }) => {
    if (!name) return [];
    const other = pathsByName.get(name);
    if (other === undefined) {
      pathsByName.set(name, path);
      return [];
    }
    return [
      `${path}: duplicate port name "${name}" with ${other}, services and probes that select ports by name will use ${other}`,
    ];
  });
}
