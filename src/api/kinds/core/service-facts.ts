import type { Service } from "../../types/core-v1.ts";

/** What the type of a Service and a few of its fields say about the others (upstream's pkg/api/service). */
export const isHeadless = ({ spec }: Service): boolean =>
  spec?.clusterIPs?.length === 1 && spec.clusterIPs[0] === "None";

export const needsClusterIp = ({ spec }: Service): boolean => spec?.type !== "ExternalName";

export const needsNodePorts = ({ spec }: Service): boolean =>
  spec?.type === "NodePort" || spec?.type === "LoadBalancer";

export const needsHealthCheckPort = ({ spec }: Service): boolean =>
  spec?.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";

export const isExternallyAccessible = (service: Service): boolean =>
  needsNodePorts(service) || (service.spec?.type === "ClusterIP" && (service.spec.externalIPs?.length ?? 0) > 0);
