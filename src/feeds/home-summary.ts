import { feedKey, type FeedContent, type FeedRow, type FeedSelection } from "./feed.ts";
import { type DashboardResource, qualifiedName } from "./resource.ts";
import { rowHealth } from "./row-health.ts";

/** One line of the home view: how many objects of a resource there are, and how many are not as they should be. */
export interface HealthCount {
  readonly title: string;
  readonly total: number;
  readonly healthy: number;
  readonly status: FeedContent["status"];
}

export interface HomeSummary {
  readonly counts: readonly HealthCount[];
  readonly nodes: FeedContent | undefined;
  readonly unhealthyPods: readonly FeedRow[];
  /** Those that restarted, most restarts first. */
  readonly restartingPods: readonly RestartingPod[];
  /** The latest first. */
  readonly warnings: readonly FeedRow[];
  readonly eventColumns: readonly string[];
}

interface RestartingPod {
  readonly row: FeedRow;
  readonly restarts: number;
}

const COUNTED = ["nodes", "pods", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch"];

/** What the summary is made of; `namespace` undefined for all. */
export function homeSelections(
  resources: readonly DashboardResource[],
  namespace: string | undefined,
): readonly FeedSelection[] {
  return [...COUNTED, "events"].flatMap((name) => {
    const resource = resources.find((each) => qualifiedName(each) === name);
    if (!resource) return [];
    const scope = resource.namespaced ? { namespace } : {};
    return [{ resource, ...scope, ...(name === "events" ? { fieldSelector: "type=Warning" } : {}) }];
  });
}

/** From what the selections have brought so far, by `feedKey`. */
export function homeSummary(
  selections: readonly FeedSelection[],
  feeds: Readonly<Record<string, FeedContent>>,
): HomeSummary {
  const contents = new Map<string, FeedContent>();
  for (const selection of selections) {
    const content = feeds[feedKey(selection)];
    if (content) contents.set(qualifiedName(selection.resource), content);
  }
  const pods = contents.get("pods");
  const events = contents.get("events");
  return {
    counts: COUNTED.flatMap((name) => healthCount(name, contents.get(name))),
    nodes: contents.get("nodes"),
    unhealthyPods: pods?.rows.filter((row) => isUnhealthy(row, pods)) ?? [],
    restartingPods: pods ? restartingPods(pods) : [],
    warnings: events?.rows.toSorted((left, right) => right.createdAtMs - left.createdAtMs) ?? [],
    eventColumns: events?.columns.map(({ name }) => name) ?? [],
  };
}

function healthCount(name: string, content: FeedContent | undefined): readonly HealthCount[] {
  if (!content) return [];
  const unhealthy = content.rows.filter((row) => isUnhealthy(row, content)).length;
  const title = name.split(".")[0] ?? name;
  return [{ title, total: content.rows.length, healthy: content.rows.length - unhealthy, status: content.status }];
}

function isUnhealthy(row: FeedRow, { columns }: FeedContent): boolean {
  const health = rowHealth(row, columns);
  return health === "bad" || health === "pending";
}

function restartingPods({ columns, rows }: FeedContent): readonly RestartingPod[] {
  const at = columns.findIndex(({ name }) => name === "Restarts");
  return rows
    .map((row) => ({ row, restarts: Number.parseInt(row.cells[at] ?? "0", 10) || 0 }))
    .filter(({ restarts }) => restarts > 0)
    .toSorted((left, right) => right.restarts - left.restarts);
}
