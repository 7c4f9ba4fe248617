import { child } from "../../field-errors.ts";
import type { KubeObject } from "../../resource-type.ts";
import type { CronJob, JobSpec } from "../../types/batch-v1.ts";
import { ownerNameWarnings, templateOwnerWarnings } from "../template-owner-warnings.ts";

const TRACKED_COMPLETIONS = 100_000;
const TRACKED_PARALLELISM = 10_000;

/** Of the Job that stands at `path` of an object: itself, or the template of a CronJob. */
export function jobSpecWarnings(
  object: KubeObject,
  old: KubeObject | undefined,
  spec: JobSpec | undefined,
  path: string,
): string[] {
  if (!spec || (old && old.metadata.generation === object.metadata.generation)) return [];
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  const isTooBig =
    completionMode === "Indexed" && completions > TRACKED_COMPLETIONS && parallelism > TRACKED_PARALLELISM;
  return [
    ...(isTooBig
      ? [
          `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...templateOwnerWarnings(object, old, spec.template, child(path, "template")),
  ];
}

export function cronJobWarnings(object: CronJob, old: CronJob | undefined): string[] {
  const { spec } = object;
  return [
    ...ownerNameWarnings(object, old),
    ...jobSpecWarnings(object, old, spec?.jobTemplate.spec, "spec.jobTemplate.spec"),
    // At creation it is an error; the path is upstream's.
    ...(old && spec?.schedule.includes("TZ")
      ? [
          "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details",
        ]
      : []),
  ];
}
