import type { FeedColumn, FeedRow } from "./feed.ts";

/** How an object is, as far as its cells tell. `done` ended well and needs no attention. */
export type RowHealth = "good" | "pending" | "bad" | "done" | "leaving";

const STATUS_COLUMNS: ReadonlySet<string> = new Set(["Status", "Phase", "Type"]);
const BAD =
  /^(?:Failed|Error|.*BackOff|Err.*|.*Error|Evicted|OOMKilled|Unknown|Lost|NotReady.*|.*Invalid.*|Warning|ContainerStatusUnknown|StartError|DeadlineExceeded|NodeLost|NodeAffinity|OutOf.*|Unexpected.*)$/;
const PENDING =
  /^(?:Pending|ContainerCreating|PodInitializing|Init:.*|Terminating|Released|Suspended|.*SchedulingDisabled|SchedulingGated)$/;
const DONE = /^(?:Completed|Complete|Succeeded)$/;

export function rowHealth(row: FeedRow, columns: readonly FeedColumn[]): RowHealth {
  if (row.isDeleting) return "leaving";
  const status = statusText(row, columns);
  if (DONE.test(status)) return "done";
  if (status.startsWith("Init:") && status.endsWith("BackOff")) return "bad";
  if (BAD.test(status)) return "bad";
  if (PENDING.test(status)) return "pending";
  return lacksReady(row, columns) ? "pending" : "good";
}

function statusText({ cells }: FeedRow, columns: readonly FeedColumn[]): string {
  const at = columns.findIndex(({ name }) => STATUS_COLUMNS.has(name));
  return at < 0 ? "" : (cells[at] ?? "");
}

/** `1/3` is less than wanted; a number of ready ones is compared with the one wanted. */
function lacksReady({ cells }: FeedRow, columns: readonly FeedColumn[]): boolean {
  const cell = (wanted: string): string => cells[columns.findIndex(({ name }) => name === wanted)] ?? "";
  const ready = cell("Ready");
  const fraction = /^(\d+)\/(\d+)$/.exec(ready);
  if (fraction) return fraction[1] !== fraction[2];
  const desired = cell("Desired");
  return /^\d+$/.test(ready) && /^\d+$/.test(desired) && ready !== desired;
}
