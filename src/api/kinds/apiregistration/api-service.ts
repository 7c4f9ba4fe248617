import { timestamp } from "../../../lib/time/clock.ts";
import type { WriteContext } from "../../kind.ts";
import type { Kind } from "../../kind.ts";
import { apiservices } from "../../resources.ts";
import type { APIService } from "../../types/apiregistration-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";

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
  defaults({ spec }) {
    if (spec?.service) spec.service.port ??= 443;
  },
  strategy: {
    prepareCreate: setLocalAvailability,
    prepareUpdate: (draft, _old, context) => setLocalAvailability(draft, context),

    nameFormat: "own",
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});

function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  return condition.status === "True" ? "True" : `${condition.status} (${condition.reason ?? ""})`;
}

/** What this server itself serves is always available. */
function setLocalAvailability(draft: APIService, { now }: WriteContext): void {
  if (draft.spec?.service) return;
  const others = draft.status?.conditions?.filter(({ type }) => type !== "Available") ?? [];
  const before = draft.status?.conditions?.find(({ type }) => type === "Available");
  const available = {
    type: "Available",
    status: "True",
    reason: "Local",
    message: "Local APIServices are always available",
    lastTransitionTime: before?.status === "True" ? before.lastTransitionTime : timestamp(now),
  };
  draft.status = { ...draft.status, conditions: [...others, available] };
}
