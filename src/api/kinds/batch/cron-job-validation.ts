import { cronProblem, isTimeZone } from "../../../lib/time/cron.ts";
import { checkNotNegative } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { CronJob, CronJobSpec } from "../../types/batch-v1.ts";
import { validateJobSpec } from "./job-spec-validation.ts";

/** The controller adds eleven characters to make the names of Jobs. */
const MAX_NAME_LENGTH = 52;
const CONCURRENCY_POLICIES = ["Allow", "Forbid", "Replace"];

/** Upstream's ValidateCronJobCreate and ValidateCronJobUpdate. */
export function validateCronJob({ metadata, spec }: CronJob, errors: FieldErrors, old?: CronJob): void {
  if (!spec) return;
  validateSchedule(spec, old?.spec, errors);
  checkNotNegative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds", errors);
  if (spec.timeZone !== undefined && spec.timeZone !== old?.spec?.timeZone) validateTimeZone(spec.timeZone, errors);
  const { concurrencyPolicy } = spec;
  if (!concurrencyPolicy) errors.required("spec.concurrencyPolicy", "");
  else if (!CONCURRENCY_POLICIES.includes(concurrencyPolicy)) {
    errors.notSupported("spec.concurrencyPolicy", concurrencyPolicy, CONCURRENCY_POLICIES);
  }
  validateTemplate(spec, errors);
  checkNotNegative(spec.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit", errors);
  checkNotNegative(spec.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit", errors);
  const { name = "" } = metadata;
  if (!old && name.length > MAX_NAME_LENGTH) {
    errors.invalid("metadata.name", name, `must be no more than ${MAX_NAME_LENGTH} characters`);
  }
}

function validateSchedule(
  { schedule, timeZone }: CronJobSpec,
  old: CronJobSpec | undefined,
  errors: FieldErrors,
): void {
  const path = "spec.schedule";
  if (!schedule) return errors.required(path, "");
  const problem = cronProblem(schedule);
  if (problem !== undefined) errors.invalid(path, schedule, problem);
  if (!schedule.includes("TZ")) return;
  if (!old?.schedule.includes("TZ")) {
    errors.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  } else if (timeZone !== undefined) {
    errors.invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
  }
}

function validateTimeZone(timeZone: string, errors: FieldErrors): void {
  const path = "spec.timeZone";
  if (timeZone === "") return errors.invalid(path, timeZone, "timeZone must be nil or non-empty string");
  const isMalformed = timeZone
    .split("/")
    .some((part) => part === "." || part === ".." || part.startsWith("-") || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part));
  if (isMalformed) return errors.invalid(path, timeZone, `unknown time zone ${timeZone}`);
  if (timeZone.toLowerCase() === "local") {
    const detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
    errors.invalid(path, timeZone, detail);
  }
  if (timeZone !== "Local" && !isTimeZone(timeZone)) {
    errors.invalid(path, timeZone, `unknown time zone ${timeZone}`);
  }
}

function validateTemplate({ jobTemplate }: CronJobSpec, errors: FieldErrors): void {
  const { spec } = jobTemplate;
  const path = "spec.jobTemplate.spec";
  if (!spec) return;
  validateJobSpec(spec, path, errors);
  if (spec.selector) errors.invalid(`${path}.selector`, spec.selector, "`selector` will be auto-generated");
  if (spec.manualSelector) errors.notSupportedInOrder(`${path}.manualSelector`, true, ["nil", "false"]);
}
