import type { Container, ObjectFieldSelector, Pod, ResourceFieldSelector } from "../../api/types/core-v1.ts";
import { milliAmount, type ResourceList, wholeAmount } from "../resource-amounts.ts";
import { ContainerConfigError } from "./container-config-error.ts";

/** What a pod may be told about itself beyond its own object. */
export interface DownwardContext {
  readonly podIp: string;
  readonly hostIp: string;
  /** Stands in for limits that a container does not have. */
  readonly allocatable: ResourceList;
}

const SUBSCRIPT = /^metadata\.(annotations|labels)\['(.*)'\]$/;

/** The value of a field of the pod, for environments and files. */
export function fieldValue({ fieldPath }: ObjectFieldSelector, pod: Readonly<Pod>, context: DownwardContext): string {
  const { metadata, spec } = pod;
  const subscript = SUBSCRIPT.exec(fieldPath);
  if (subscript) {
    const values = subscript[1] === "labels" ? metadata.labels : metadata.annotations;
    return values?.[subscript[2] ?? ""] ?? "";
  }
  switch (fieldPath) {
    case "metadata.name":
      return metadata.name ?? "";
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "metadata.labels":
      return mapText(metadata.labels);
    case "metadata.annotations":
      return mapText(metadata.annotations);
    case "spec.nodeName":
      return spec?.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec?.serviceAccountName ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return context.hostIp;
    case "status.podIP":
    case "status.podIPs":
      return context.podIp;
    default:
      throw new ContainerConfigError(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** The value of a resource of a container, rounded up to whole divisors. */
export function resourceValue(
  { resource, divisor, containerName }: ResourceFieldSelector,
  pod: Readonly<Pod>,
  ownContainer: Container | undefined,
  { allocatable }: DownwardContext,
): string {
  const container = containerName === undefined ? ownContainer : containerNamed(pod, containerName);
  if (!container) throw new ContainerConfigError(`container ${containerName ?? ""} not found`);
  const [kind, name = ""] = split(resource);
  const limit = container.resources?.limits?.[name] ?? allocatable[name];
  const amount = kind === "limits" ? limit : container.resources?.requests?.[name];
  const unit = divisor === undefined || wholeAmount(divisor) === 0 ? "1" : divisor;
  const inUnits = name === "cpu" ? milliAmount : wholeAmount;
  return String(Math.ceil(inUnits(amount) / inUnits(unit)));
}

function containerNamed({ spec }: Readonly<Pod>, name: string): Container | undefined {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find((container) => container.name === name);
}

function split(resource: string): [kind: string, name?: string] {
  const dot = resource.indexOf(".");
  const kind = resource.slice(0, dot);
  if (dot < 0 || (kind !== "limits" && kind !== "requests")) {
    throw new ContainerConfigError(`unsupported container resource : ${resource}`);
  }
  return [kind, resource.slice(dot + 1)];
}

/** One `key="value"` a line, in the order of the keys. */
function mapText(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}
