import type { FlowControl } from "./flow-control.ts";
import type { FlowEntry, PriorityLevel } from "./priority-level.ts";

type Row = readonly (string | number | boolean)[];

/** The state of all priority levels as a table for people, in the columns of upstream (apf_controller_debug.go). */
export function dumpPriorityLevels({ levels }: FlowControl): string {
  const rows = [...levels]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((level): Row => {
      const { dispatched, rejected, timedOut, cancelled } = level.totals;
      const active = level.queues?.snapshot().filter(({ waiting }) => waiting.length > 0).length ?? 0;
      const isIdle = level.waitingCount === 0 && level.executing.size === 0;
      const counts = [level.waitingCount, level.executing.size, dispatched, rejected, timedOut, cancelled];
      return [level.name, active, isIdle, false, ...counts];
    });
  return table(
    [
      "PriorityLevelName",
      "ActiveQueues",
      "IsIdle",
      "IsQuiescing",
      "WaitingRequests",
      "ExecutingRequests",
      "DispatchedRequests",
      "RejectedRequests",
      "TimedoutRequests",
      "CancelledRequests",
    ],
    rows,
  );
}

export function dumpQueues({ levels }: FlowControl): string {
  const rows = [...levels].flatMap((level) =>
    (level.queues?.snapshot() ?? []).map(({ index, nextStart, waiting }): Row => {
      const seats = waiting.map((entry) => entry.seats);
      const sum = seats.reduce((total, each) => total + each, 0);
      return [level.name, index, waiting.length, nextStart.toFixed(3), sum, Math.max(0, ...seats)];
    }),
  );
  return table(
    ["PriorityLevelName", "Index", "PendingRequests", "NextDispatchR", "InitialSeatsSum", "MaxSeatsSum"],
    rows,
  );
}

export function dumpRequests({ levels }: FlowControl, withDetails: boolean): string {
  const rows = [...levels].flatMap((level) => [
    ...(level.queues?.snapshot() ?? []).flatMap(({ index, waiting }) =>
      waiting.map((entry, position) => requestRow(level, entry, index, position, withDetails)),
    ),
    ...[...level.executing].map((entry) => requestRow(level, entry, -1, -1, withDetails)),
  ]);
  const details = ["UserName", "Verb", "APIPath", "Namespace", "Name", "APIVersion", "Resource", "SubResource"];
  return table(
    [
      "PriorityLevelName",
      "FlowSchemaName",
      "QueueIndex",
      "RequestIndexInQueue",
      "FlowDistingsher",
      "ArriveTime",
      "InitialSeats",
      "FinalSeats",
      "AdditionalLatency",
      "StartTime",
      ...(withDetails ? details : []),
    ],
    rows,
  );
}

function requestRow(
  level: PriorityLevel,
  entry: FlowEntry,
  queue: number,
  position: number,
  withDetails: boolean,
): Row {
  const { schema, distinguisher, arrivedAt, begunAt, seats } = entry;
  const start = begunAt === undefined ? NEVER : new Date(begunAt).toISOString();
  const row = [
    level.name,
    schema,
    queue,
    position,
    distinguisher,
    new Date(arrivedAt).toISOString(),
    seats,
    0,
    "0s",
    start,
  ];
  if (!withDetails) return row;
  const { user, info } = entry.request;
  if (info.type === "path") return [...row, user.name, info.verb, info.path, "", "", "", "", ""];
  const { verb, namespace, name, group, version, resource, subresource } = info;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return [...row, user.name, verb, "", namespace, name, apiVersion, resource, subresource];
}

/** Go's time that was never set. */
const NEVER = "0001-01-01T00:00:00Z";

function table(headers: readonly string[], rows: readonly Row[]): string {
  const cells = [headers, ...rows.map((row) => row.map(String))];
  const widths = headers.map((_, column) => Math.max(8, ...cells.map((row) => (row[column]?.length ?? 0) + 2)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : `${cell},`.padEnd(widths[column] ?? 0))).join("");
  return cells.map((row) => `${line(row)}\n`).join("");
}
