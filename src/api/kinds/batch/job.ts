import { humanDuration } from "../../duration-text.ts";
import type { Kind } from "../../kind.ts";
import { jobs } from "../../resources.ts";
import type { JobStatus } from "../../types/batch-v1.ts";
import type { Job } from "../../types/batch-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { defineKind } from "../define-kind.ts";
import { formatLabelSelector } from "../selector-text.ts";
import { ownerNameWarnings } from "../template-owner-warnings.ts";
import { jobDefaults } from "./job-defaults.ts";
import { generateSelector } from "./job-selector.ts";
import { validateJob, validateJobUpdate } from "./job-validation.ts";
import { jobSpecWarnings } from "./job-warnings.ts";

export const job: Kind<Job> = defineKind<Job>({
  type: jobs,
  categories: ["all"],
  columns: [
    nameColumn,
    text("Status", jobStatus),
    text("Completions", completionsText),
    text("Duration", ({ status }, { now }) => durationText(status, now)),
    ageColumn,
    ...containerColumns<Job>(({ spec }) => spec?.template),
    wide("Selector", ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
  selectableFields: {
    fields: { "status.successful": ({ status }) => String(status?.succeeded ?? 0) },
    refusal: (label) => `field label ${JSON.stringify(label)} not supported for Job`,
  },
  defaults: ({ metadata, spec }) => spec && jobDefaults(spec, metadata),
  strategy: {
    desiredState: ({ spec }) => spec,
    prepareCreate: generateSelector,
    validate: validateJob,
    validateUpdate: validateJobUpdate,
    warnings: (object, old) => [
      ...ownerNameWarnings(object, old),
      ...jobSpecWarnings(object, old, object.spec, "spec"),
    ],
    defaultPropagation: "orphan",
  },
  subresources: [{ name: "status" }],
});

function jobStatus({ metadata, status }: Job): string {
  const has = (wanted: string): boolean => status?.conditions?.find(({ type }) => type === wanted)?.status === "True";
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText(status: JobStatus | undefined, now: number): string {
  if (!status?.startTime) return "";
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}
