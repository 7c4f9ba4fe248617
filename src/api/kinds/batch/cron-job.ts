import { age } from "../../duration-text.ts";
import type { Kind } from "../../kind.ts";
import { cronjobs } from "../../resources.ts";
import type { CronJob } from "../../types/batch-v1.ts";
import { nameColumn, ageColumn, text, integer, boolean, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { podTemplateDefaults } from "../core/pod-defaults.ts";
import { defineKind } from "../define-kind.ts";
import { formatLabelSelector } from "../selector-text.ts";
import { validateCronJob } from "./cron-job-validation.ts";
import { cronJobWarnings } from "./job-warnings.ts";

export const cronJob: Kind<CronJob> = defineKind<CronJob>({
  type: cronjobs,
  shortNames: ["cj"],
  categories: ["all"],
  columns: [
    nameColumn,
    text("Schedule", ({ spec }) => spec?.schedule ?? ""),
    text("Timezone", ({ spec }) => spec?.timeZone ?? "<none>"),
    // Text in a boolean column: Kubernetes does this too.
    boolean("Suspend", ({ spec }) => (spec?.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False")),
    integer("Active", ({ status }) => status?.active?.length ?? 0),
    text("Last Schedule", ({ status }, { now }) =>
      status?.lastScheduleTime ? age(status.lastScheduleTime, now) : "<none>",
    ),
    ageColumn,
    ...containerColumns<CronJob>(({ spec }) => spec?.jobTemplate.spec?.template),
    wide("Selector", ({ spec }) => formatLabelSelector(spec?.jobTemplate.spec?.selector)),
  ],
  defaults({ spec }) {
    if (!spec) return;
    spec.concurrencyPolicy ||= "Allow";
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    if (spec.jobTemplate.spec) podTemplateDefaults(spec.jobTemplate.spec.template);
  },
  strategy: {
    desiredState: ({ spec }) => spec,
    validate: validateCronJob,
    warnings: cronJobWarnings,
  },
  subresources: [{ name: "status" }],
});
