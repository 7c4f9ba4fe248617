import type { Service, ServicePort, ServiceSpec } from "../../types/core-v1.ts";
import { isExternallyAccessible } from "./service-facts.ts";

const CLIENT_IP_TIMEOUT_SECONDS = 3 * 60 * 60;

/** Upstream's SetDefaults_Service. */
export function serviceDefaults(draft: Service): void {
  const spec = (draft.spec ??= {});
  spec.type ||= "ClusterIP";
  affinityDefaults(spec);
  for (const port of spec.ports ?? []) portDefaults(port);
  if (isExternallyAccessible(draft)) spec.externalTrafficPolicy ||= "Cluster";
  if (["ClusterIP", "NodePort", "LoadBalancer"].includes(spec.type)) spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type !== "LoadBalancer") return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of draft.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= "VIP";
}

function affinityDefaults(spec: ServiceSpec): void {
  spec.sessionAffinity ||= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity !== "ClientIP" || spec.sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined) return;
  spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } };
}

function portDefaults(port: ServicePort): void {
  port.protocol ||= "TCP";
  port.targetPort ||= port.port;
}
