import { timestamp } from "../../../lib/time/clock.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { WriteContext } from "../../kind.ts";
import type { Kind } from "../../kind.ts";
import { dns1035LabelProblems, dnsSubdomainProblems, pathSegmentProblems, portNumberProblems } from "../../names.ts";
import { apiservices } from "../../resources.ts";
import type { APIService, ServiceReference } from "../../types/apiregistration-v1.ts";
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
    validate: validateApiService,
    nameFormat: "own",
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});

/** kube-aggregator/pkg/apis/apiregistration/validation. */
function validateApiService({ metadata, spec }: APIService, errors: FieldErrors): void {
  const { name = "" } = metadata;
  const { group = "", version = "", groupPriorityMinimum = 0, versionPriority = 0, service } = spec ?? {};
  const wanted = `${version}.${group}`;
  const problems = pathSegmentProblems(name);
  for (const problem of problems) errors.invalid("metadata.name", name, problem);
  if (problems.length === 0 && name !== wanted) {
    errors.invalid("metadata.name", name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`);
  }
  if (group === "" && version !== "v1") {
    errors.required("spec.group", "only v1 may have an empty group and it better be legacy kube");
  }
  if (group !== "") for (const problem of dnsSubdomainProblems(group)) errors.invalid("spec.group", group, problem);
  for (const problem of dns1035LabelProblems(version)) errors.invalid("spec.version", version, problem);
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000) {
    errors.invalid("spec.groupPriorityMinimum", groupPriorityMinimum, "must be positive and less than 20000");
  }
  if (versionPriority <= 0 || versionPriority > 1000) {
    errors.invalid("spec.versionPriority", versionPriority, "must be positive and less than 1000");
  }
  if (service) validateService(spec, service, errors);
  else validateLocal(spec, errors);
}

function validateLocal(spec: APIService["spec"], errors: FieldErrors): void {
  const bytes = Buffer.from(spec?.caBundle ?? "", "base64").length;
  if (bytes > 0) errors.invalid("spec.caBundle", `${bytes} bytes`, "local APIServices may not have a caBundle");
  if (spec?.insecureSkipTLSVerify) {
    errors.invalid("spec.insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify");
  }
}

function validateService(spec: APIService["spec"], service: ServiceReference, errors: FieldErrors): void {
  if (!service.namespace) errors.required("spec.service.namespace", "");
  if (!service.name) errors.required("spec.service.name", "");
  const problems = portNumberProblems(service.port ?? 0);
  if (problems.length > 0) {
    errors.invalid("spec.service.port", service.port ?? 0, `port is not valid: ${problems.join(", ")}`);
  }
  if (spec?.insecureSkipTLSVerify && spec.caBundle) {
    errors.invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present");
  }
}

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
