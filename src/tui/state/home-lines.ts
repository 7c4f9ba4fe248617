import type { FeedRow } from "../../feeds/feed.ts";
import { type HealthCount, homeSummary, type HomeSummary } from "../../feeds/home-summary.ts";
import { type DashboardResource, type ObjectAddress, qualifiedName } from "../../feeds/resource.ts";
import { rowHealth } from "../../feeds/row-health.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import {
  bar,
  percentText,
  sparkline,
  usageKey,
  usageOf,
  usageOwner,
  type UsageHistory,
  usageSelection,
} from "../../feeds/usage.ts";
import { fitted } from "../../lib/terminal-text.ts";
import { coreResource } from "./screens.ts";
import type { State } from "./state.ts";
import { homeFeeds } from "./subscriptions.ts";
import type { Tone } from "./tone.ts";

interface HomeSpan {
  readonly text: string;
  readonly tone?: Tone;
}

export interface HomeLine {
  readonly key: string;
  readonly spans: readonly HomeSpan[];
  /** What Enter opens. */
  readonly target?: HomeTarget | undefined;
}

type HomeTarget =
  | { readonly kind: "table"; readonly resource: DashboardResource }
  | { readonly kind: "object"; readonly address: ObjectAddress; readonly uid: string };

const TITLE_WIDTH = 14;
const COUNT_WIDTH = 12;
const BAR_WIDTH = 20;
const SHARE_WIDTH = 12;
const NAME_WIDTH = 44;
const MOST_NODES = 6;

/** The cluster at a glance: counts first, then the nodes, then what needs a look. */
export function homeLines(state: State): readonly HomeLine[] {
  const summary = homeSummary(homeFeeds(state), state.feeds);
  return [
    ...countLines(state, summary),
    ...nodeLines(state, summary),
    ...podLines(state, summary),
    ...warningLines(state, summary),
  ];
}

function countLines({ resources }: State, { counts }: HomeSummary): readonly HomeLine[] {
  if (counts.length === 0) return [{ key: "loading", spans: [{ text: " Loading ...", tone: "faint" }] }];
  return counts.map((count) => {
    const resource = resources.find((each) => qualifiedName(each).split(".")[0] === count.title);
    return {
      key: `count ${count.title}`,
      spans: countSpans(count),
      target: resource && { kind: "table", resource },
    };
  });
}

function countSpans({ title, total, healthy, status }: HealthCount): readonly HomeSpan[] {
  const name = { text: ` ${fitted(title, TITLE_WIDTH)}` };
  if (status.kind === "refused") return [name, { text: "not allowed", tone: "faint" }];
  if (total === 0) return [name, { text: "none", tone: "faint" }];
  const filled = Math.floor((healthy / total) * BAR_WIDTH);
  return [
    name,
    { text: fitted(`${healthy} of ${total}`, COUNT_WIDTH) },
    ...(filled > 0 ? [{ text: "█".repeat(filled), tone: "good" as const }] : []),
    ...(filled < BAR_WIDTH ? [{ text: "░".repeat(BAR_WIDTH - filled), tone: "bad" as const }] : []),
    ...(healthy < total ? [{ text: `  ${total - healthy} not healthy`, tone: "bad" as const }] : []),
  ];
}

/** With figures all nodes that there is room for, those that need a look first; without, only these. */
function nodeLines(state: State, { nodes }: HomeSummary): readonly HomeLine[] {
  const resource = coreResource(state.resources, "nodes");
  if (!nodes || !resource) return [];
  const selection = usageSelection(state.resources, resource, undefined);
  const usage = selection && state.usage[usageKey(selection)];
  const isBad = (row: FeedRow): boolean => rowHealth(row, nodes.columns) !== "good";
  const bad = nodes.rows.filter(isBad);
  const shown = usage ? [...bad, ...nodes.rows.filter((row) => !isBad(row))] : bad;
  const lines = shown.slice(0, MOST_NODES).map((row): HomeLine => ({
    key: row.uid,
    spans: [
      { text: ` ${fitted(row.name, usage ? TITLE_WIDTH : NAME_WIDTH)} ` },
      ...(isBad(row) ? [{ text: `${row.cells[1] ?? ""}  `, tone: "pending" as const }] : []),
      ...(usage ? usageSpans(row, usage) : []),
    ],
    target: { kind: "object", address: { resource, namespace: undefined, name: row.name }, uid: row.uid },
  }));
  return section(usage ? "Nodes" : "Nodes that need a look", lines);
}

function usageSpans(row: FeedRow, usage: UsageHistory): readonly HomeSpan[] {
  const samples = usage.get(usageOwner(undefined, row.name)) ?? [];
  const latest = samples.at(-1);
  if (!latest) return [];
  const all = usageOf(objectIn(row.object, "status")["allocatable"]);
  const share = (used: number, of: number, trend: readonly number[]): readonly HomeSpan[] => [
    { text: bar(of > 0 ? used / of : 0, SHARE_WIDTH), tone: of > 0 && used / of > 0.9 ? "bad" : "good" },
    { text: ` ${fitted(percentText(used, of), 4)} ` },
    { text: fitted(sparkline(trend.slice(-10)), 11), tone: "faint" },
  ];
  return [
    { text: "CPU " },
    ...share(
      latest.cpuMilli,
      all.cpuMilli,
      samples.map(({ cpuMilli }) => cpuMilli),
    ),
    { text: "memory " },
    ...share(
      latest.memoryBytes,
      all.memoryBytes,
      samples.map(({ memoryBytes }) => memoryBytes),
    ),
  ];
}

function podLines({ resources }: State, { unhealthyPods, restartingPods }: HomeSummary): readonly HomeLine[] {
  const pods = coreResource(resources, "pods");
  const unhealthy = unhealthyPods.slice(0, 6).map((row) => named(row, row.cells.slice(1, 3).join("  "), pods));
  const restarting = restartingPods.slice(0, 4).map(({ row, restarts }) => named(row, `${restarts} restarts`, pods));
  return [...section("Pods that need a look", unhealthy), ...section("Pods that restart", restarting)];
}

function warningLines({ resources }: State, { warnings, eventColumns }: HomeSummary): readonly HomeLine[] {
  const events = coreResource(resources, "events");
  const cell = (row: FeedRow, name: string): string => row.cells[eventColumns.indexOf(name)] ?? "";
  return section(
    "Recent warnings",
    warnings.slice(0, 8).map((row) => ({
      key: row.uid,
      spans: [
        { text: ` ${fitted(cell(row, "Object"), NAME_WIDTH)}  ` },
        { text: `${cell(row, "Reason")}: `, tone: "pending" },
        { text: cell(row, "Message") },
      ],
      target: events && {
        kind: "object",
        address: { resource: events, namespace: row.namespace, name: row.name },
        uid: row.uid,
      },
    })),
  );
}

function section(title: string, lines: readonly HomeLine[]): readonly HomeLine[] {
  if (lines.length === 0) return [];
  const heading: HomeLine = { key: title, spans: [{ text: ` ${title}`, tone: "heading" }] };
  const own = lines.map((line) => ({ ...line, key: `${title} ${line.key}` }));
  return [{ key: `${title} gap`, spans: [] }, heading, ...own];
}

function named(row: FeedRow, text: string, resource: DashboardResource | undefined): HomeLine {
  const name = row.namespace === undefined ? row.name : `${row.namespace}/${row.name}`;
  return {
    key: row.uid,
    spans: [{ text: ` ${fitted(name, NAME_WIDTH)}  ` }, { text, tone: "pending" }],
    target: resource && {
      kind: "object",
      address: { resource, namespace: row.namespace, name: row.name },
      uid: row.uid,
    },
  };
}
