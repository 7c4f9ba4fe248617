import type { Service } from "../../types/core-v1.ts";
import { isHeadless } from "./service-facts.ts";

/** What a Service says that has no effect or will have none (pkg/api/service/warnings.go). */
export function serviceWarnings(service: Service): string[] {
  const {
    type,
    loadBalancerIP,
    externalIPs = [],
    externalName,
    sessionAffinity,
    trafficDistribution,
  } = service.spec ?? {};
  const hasExternalIps = externalIPs.length > 0;
  const warnings: string[] = [];
  if (service.metadata.annotations?.["service.kubernetes.io/topology-aware-hints"] !== undefined) {
    warnings.push(
      "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead",
    );
  }
  if (isHeadless(service)) {
    if (loadBalancerIP) warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (hasExternalIps) warnings.push("spec.externalIPs is ignored for headless services");
    if (sessionAffinity !== "None") warnings.push("spec.SessionAffinity is ignored for headless services");
  } else if (hasExternalIps && type !== "ExternalName") {
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (type === "ExternalName" && hasExternalIps) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (type !== "ExternalName" && externalName) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (trafficDistribution === "PreferClose") {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}
