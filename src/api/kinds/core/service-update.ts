import { semanticEqual } from "../../semantic-equal.ts";
import type { Service, ServiceSpec } from "../../types/core-v1.ts";
import { isExternallyAccessible, needsClusterIp, needsHealthCheckPort, needsNodePorts } from "./service-facts.ts";

/**
 * Wipes what the new type of a Service has no use for, unless the user changed it too: then validation says so
 * (dropTypeDependentFields).
 */
export function dropTypeDependentFields(draft: Service, old: Service): void {
  const spec = (draft.spec ??= {});
  const isSame = (field: keyof ServiceSpec): boolean => semanticEqual(spec[field], old.spec?.[field]);
  const dropUnchanged = (field: keyof ServiceSpec): void => {
    if (isSame(field)) delete spec[field];
  };
  if (needsClusterIp(old) && !needsClusterIp(draft)) {
    if (isSame("clusterIP") && isSame("clusterIPs")) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    dropUnchanged("ipFamilies");
    dropUnchanged("ipFamilyPolicy");
  }
  if (needsNodePorts(old) && !needsNodePorts(draft) && hasOnlyNodePortsOf(draft, old)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(draft)) dropUnchanged("healthCheckNodePort");
  if (old.spec?.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    dropUnchanged("allocateLoadBalancerNodePorts");
    dropUnchanged("loadBalancerClass");
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(draft)) dropUnchanged("externalTrafficPolicy");
  if (spec.type !== "LoadBalancer") draft.status = { ...draft.status, loadBalancer: {} };
}

function hasOnlyNodePortsOf(draft: Service, old: Service): boolean {
  const oldPorts = new Set(old.spec?.ports?.map(({ nodePort }) => nodePort));
  return (draft.spec?.ports ?? []).every(({ nodePort }) => !nodePort || oldPorts.has(nodePort));
}

/** Gives back what was handed out before where a client left it out, so that old clients can replace what they read. */
export function keepAllocatedValues(draft: Service, old: Service): void {
  const spec = (draft.spec ??= {});
  if (needsClusterIp(old) && needsClusterIp(draft)) {
    spec.clusterIP ||= old.spec?.clusterIP;
    if (!spec.clusterIPs?.length) spec.clusterIPs = old.spec?.clusterIPs;
  }
  if (needsNodePorts(old) && needsNodePorts(draft)) keepNodePorts(spec, old.spec ?? {});
  if (needsHealthCheckPort(old) && needsHealthCheckPort(draft))
    spec.healthCheckNodePort ||= old.spec?.healthCheckNodePort;
}

function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const oldByName = new Map(old.ports?.map(({ name = "", nodePort }) => [name, nodePort]));
  const wanted = new Set(spec.ports?.map(({ nodePort }) => nodePort));
  for (const port of spec.ports ?? []) {
    const nodePort = oldByName.get(port.name ?? "");
    if (!port.nodePort && nodePort && !wanted.has(nodePort)) port.nodePort = nodePort;
  }
}

/** Keeps the singular clusterIP and the plural in step for clients that know one of them (normalizeClusterIPs). */
export function normalizeClusterIps(draft: Service, old: Service | undefined): void {
  const spec = (draft.spec ??= {});
  const { clusterIP: oldIp, clusterIPs: oldIps = [] } = old?.spec ?? {};
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const hasSameIp = (spec.clusterIP ?? "") === (oldIp ?? "");
  if (hasSameIp && oldIps.length > 0 && !spec.clusterIPs?.length) spec.clusterIPs = [...oldIps];
  if (hasSameIp || !semanticEqual(spec.clusterIPs, oldIps)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}
