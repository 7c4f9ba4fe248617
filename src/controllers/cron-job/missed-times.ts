import type { CronJob } from "../../api/types/batch-v1.ts";
import type { Schedule } from "../../lib/time/cron-schedule.ts";

export interface MissedTimes {
  /** The last time at which a Job should have started; undefined if none is due. */
  readonly latestMs: number | undefined;
  readonly count: number;
}

/** What is due since the last start, no further back than Jobs may still start. Of several the last one counts. */
export function missedTimes({ metadata, spec, status }: CronJob, schedule: Schedule, nowMs: number): MissedTimes {
  const since = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  const deadline = spec?.startingDeadlineSeconds;
  const earliest = deadline === undefined ? since : Math.max(since, nowMs - deadline * 1000);
  const first = schedule.next(earliest);
  if (first === undefined || first > nowMs) return { latestMs: undefined, count: 0 };
  const second = schedule.next(first) ?? Number.POSITIVE_INFINITY;
  if (second > nowMs) return { latestMs: first, count: 1 };
  // Years of missed minutes must not be walked through one by one: a jump ahead, then the rest in steps.
  const gapMs = second - first;
  const count = Math.floor((nowMs - first) / gapMs) + 1;
  return { latestMs: latestFrom(schedule, first + (count - 2) * gapMs, nowMs) ?? first, count };
}

function latestFrom(schedule: Schedule, startMs: number, nowMs: number): number | undefined {
  let latest: number | undefined;
  for (let at = schedule.next(startMs); at !== undefined && at <= nowMs; at = schedule.next(at)) latest = at;
  return latest;
}
