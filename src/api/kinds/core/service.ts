import type { Kind } from "../../kind.ts";
import { services } from "../../resources.ts";
import type { Service, ServicePort } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { ingressAddresses } from "../list-text.ts";
import { formatLabels } from "../selector-text.ts";
import { validateServiceUpdate } from "./service-cluster-ips.ts";
import { serviceDefaults } from "./service-defaults.ts";
import { dropTypeDependentFields } from "./service-update.ts";
import { validateService, validateServiceStatus } from "./service-validation.ts";
import { serviceWarnings } from "./service-warnings.ts";

export const service: Kind<Service> = defineKind<Service>({
  type: services,
  shortNames: ["svc"],
  categories: ["all"],
  columns: [
    nameColumn,
    text("Type", ({ spec }) => spec?.type ?? ""),
    text("Cluster-IP", ({ spec }) => spec?.clusterIPs?.[0] ?? "<none>"),
    text("External-IP", externalIp),
    text("Port(s)", ({ spec }) => spec?.ports?.map(portText).join(",") || "<none>"),
    ageColumn,
    wide("Selector", ({ spec }) => formatLabels(spec?.selector)),
  ],
  selectableFields: selectable({
    "spec.clusterIP": ({ spec }) => spec?.clusterIP ?? "",
    "spec.type": ({ spec }) => spec?.type ?? "",
  }),
  defaults: serviceDefaults,
  strategy: {
    returnsDeletedObject: true,
    nameFormat: "dns-label",
    allowsCreateOnUpdate: true,
    prepareUpdate: dropTypeDependentFields,
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    warnings: serviceWarnings,
  },
  subresources: [
    {
      name: "proxy",
      kind: { group: "", version: "v1", kind: "ServiceProxyOptions" },
      verbs: ["create", "delete", "get", "patch", "update"],
    },
    { name: "status", validateUpdate: validateServiceStatus },
  ],
});

function externalIp({ spec, status }: Service): string {
  const externalIps = spec?.externalIPs ?? [];
  if (spec?.type === "ExternalName") return spec.externalName ?? "";
  if (spec?.type === "ClusterIP" || spec?.type === "NodePort") return externalIps.join(",") || "<none>";
  if (spec?.type === "LoadBalancer") {
    return [...ingressAddresses(status?.loadBalancer?.ingress), ...externalIps].join(",") || "<pending>";
  }
  return "<unknown>";
}

function portText({ port, nodePort, protocol }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}
