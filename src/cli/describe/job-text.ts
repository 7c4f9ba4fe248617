import { humanDuration } from "../../api/duration-text.ts";
import { labelSelectorText } from "../../api/label-selector.ts";
import type { CronJob, Job } from "../../api/types/batch-v1.ts";
import type { Event } from "../../api/types/core-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { podTemplateSection } from "./pod-template-text.ts";
import { annotations, boolText, controllerText, labelLines, nameAndLabels, timeText } from "./values.ts";

const MOST_INDEXES_SHOWN = 50;

export function jobText(
  { metadata, spec, status = {} }: Job,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  const optional = (title: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) out.line(0, title, value);
  };
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "Selector:", labelSelectorText(spec?.selector));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  optional("Controlled By:", controllerText(metadata));
  optional("Parallelism:", spec?.parallelism);
  out.line(0, "Completions:", spec?.completions ?? "<unset>");
  optional("Completion Mode:", spec?.completionMode);
  optional("Suspend:", spec?.suspend);
  optional("Backoff Limit:", spec?.backoffLimit);
  optional("TTL Seconds After Finished:", spec?.ttlSecondsAfterFinished);
  const { startTime, completionTime, active = 0, ready, succeeded = 0, failed = 0 } = status;
  if (startTime) out.line(0, "Start Time:", timeText(startTime));
  if (completionTime) out.line(0, "Completed At:", timeText(completionTime));
  if (startTime && completionTime)
    out.line(0, "Duration:", humanDuration(Date.parse(completionTime) - Date.parse(startTime)));
  if (spec?.activeDeadlineSeconds !== undefined)
    out.line(0, "Active Deadline Seconds:", `${spec.activeDeadlineSeconds}s`);
  const readyText = ready === undefined ? "" : ` (${ready} Ready)`;
  out.line(0, "Pods Statuses:", `${active} Active${readyText} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec?.completionMode === "Indexed") out.line(0, "Completed Indexes:", indexes(status.completedIndexes ?? ""));
  podTemplateSection(out, spec?.template);
  eventsSection(out, events, now);
  return out.toString();
}

function indexes(text: string): string {
  if (text.length <= MOST_INDEXES_SHOWN) return text || "<none>";
  return `${text.slice(0, text.lastIndexOf(",", MOST_INDEXES_SHOWN) + 1)}...`;
}

export function cronJobText(
  { metadata, spec, status }: CronJob,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  const setOr = (title: string, value: string | number | undefined, unit = ""): void =>
    out.line(0, title, value === undefined ? "<unset>" : `${value}${unit}`);
  nameAndLabels(out, metadata);
  out.line(0, "Schedule:", spec?.schedule ?? "");
  out.line(0, "Concurrency Policy:", spec?.concurrencyPolicy ?? "");
  out.line(0, "Suspend:", spec?.suspend === undefined ? "<unset>" : boolText(spec.suspend));
  setOr("Time Zone:", spec?.timeZone);
  setOr("Successful Job History Limit:", spec?.successfulJobsHistoryLimit);
  setOr("Failed Job History Limit:", spec?.failedJobsHistoryLimit);
  setOr("Starting Deadline Seconds:", spec?.startingDeadlineSeconds, "s");
  const job = spec?.jobTemplate.spec;
  setOr("Selector:", job?.selector && labelSelectorText(job.selector));
  setOr("Parallelism:", job?.parallelism);
  setOr("Completions:", job?.completions);
  if (job?.activeDeadlineSeconds !== undefined)
    out.line(0, "Active Deadline Seconds:", `${job.activeDeadlineSeconds}s`);
  podTemplateSection(out, job?.template);
  out.line(0, "Last Schedule Time:", status?.lastScheduleTime ? timeText(status.lastScheduleTime) : "<unset>");
  const active = (status?.active ?? []).map(({ name }) => name).join(", ");
  out.line(0, "Active Jobs:", active || "<none>");
  eventsSection(out, events, now);
  return out.toString();
}
