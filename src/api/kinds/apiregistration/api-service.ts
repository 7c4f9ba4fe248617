import type { Kind } from "../../kind.ts";
import { apiservices } from "../../resources.ts";
import type { APIService } from "../../types/apiregistration-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const apiService: Kind<APIService> = defineKind<APIService>({
  type: apiservices,
  definition: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
  categories: ["api-extensions"],
  columns: [
    nameColumn,
    text("Service", ({ spec }) => (spec?.service ? `${spec.service.namespace}/${spec.service.name}` : "Local")),
    text("Available", availability),
    ageColumn,
  ],
  strategy: {
    nameFormat: "own",
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status" }],
});

function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  return condition.status === "True" ? "True" : `${condition.status} (${condition.reason ?? ""})`;
}
