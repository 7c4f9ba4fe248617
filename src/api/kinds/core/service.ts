import type { Kind } from "../../kind.ts";
import { services } from "../../resources.ts";
import type { Service } from "../../types/core-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const service: Kind<Service> = defineKind<Service>({
  type: services,
  shortNames: ["svc"],
  categories: ["all"],
  selectableFields: selectable({
    "spec.clusterIP": ({ spec }) => spec?.clusterIP ?? "",
    "spec.type": ({ spec }) => spec?.type ?? "",
  }),
  strategy: {
    nameFormat: "dns-label",
    allowsCreateOnUpdate: true,
  },
  subresources: [
    {
      name: "proxy",
      kind: { group: "", version: "v1", kind: "ServiceProxyOptions" },
      verbs: ["create", "delete", "get", "patch", "update"],
    },
    { name: "status" },
  ],
});
