import type { ReactElement } from "react";

import type { FeedRow } from "../../feeds/feed.ts";
import { type HealthCount, homeSelections, homeSummary, type HomeSummary } from "../../feeds/home-summary.ts";
import { rowHealth } from "../../feeds/row-health.ts";
import { fitted } from "../../lib/terminal-text.ts";
import { bodyHeight, type State } from "../state/state.ts";
import { clippedSpans, Line, type Span } from "./line.tsx";

const TITLE_WIDTH = 14;
const COUNT_WIDTH = 12;
const BAR_WIDTH = 20;
const NAME_WIDTH = 44;

interface HomeLine {
  readonly key: string;
  readonly spans: readonly Span[];
}

/** The cluster at a glance: counts first, then what needs a look, as far as there is room. */
export function HomeView({ state }: { state: State }): ReactElement {
  const summary = homeSummary(homeSelections(state.resources, state.namespace), state.feeds);
  const lines = [...countLines(summary), ...nodeLines(summary), ...podLines(summary), ...warningLines(summary)];
  return (
    <>
      <Line spans={[{ text: " Cluster", tone: "heading" }]} />
      {lines.slice(0, bodyHeight(state)).map(({ key, spans }) => (
        <Line key={key} spans={clippedSpans(spans, state.size.columns)} />
      ))}
    </>
  );
}

function countLines({ counts }: HomeSummary): readonly HomeLine[] {
  if (counts.length === 0) return [{ key: "loading", spans: [{ text: " Loading ...", tone: "faint" }] }];
  return counts.map((count) => ({ key: `count ${count.title}`, spans: countSpans(count) }));
}

function countSpans({ title, total, healthy, status }: HealthCount): readonly Span[] {
  const name = { text: ` ${fitted(title, TITLE_WIDTH)}` };
  if (status.kind === "refused") return [name, { text: "not allowed", tone: "faint" }];
  if (total === 0) return [name, { text: "none", tone: "faint" }];
  const filled = Math.floor((healthy / total) * BAR_WIDTH);
  return [
    name,
    { text: fitted(`${healthy} of ${total}`, COUNT_WIDTH) },
    ...(filled > 0 ? [{ text: "█".repeat(filled), tone: "good" as const }] : []),
    ...(filled < BAR_WIDTH ? [{ text: "█".repeat(BAR_WIDTH - filled), tone: "bad" as const }] : []),
    ...(healthy < total ? [{ text: `  ${total - healthy} not healthy`, tone: "bad" as const }] : []),
  ];
}

function nodeLines({ nodes }: HomeSummary): readonly HomeLine[] {
  const bad = nodes?.rows.filter((row) => rowHealth(row, nodes.columns) !== "good") ?? [];
  return section(
    "Nodes that need a look",
    bad.map((row) => named(row, row.cells[1] ?? "")),
  );
}

function podLines({ unhealthyPods, restartingPods }: HomeSummary): readonly HomeLine[] {
  const unhealthy = unhealthyPods.map((row) => named(row, row.cells.slice(1, 3).join("  ")));
  const restarting = restartingPods.map(({ row, restarts }) => named(row, `${restarts} restarts`));
  return [
    ...section("Pods that need a look", unhealthy.slice(0, 6)),
    ...section("Pods that restart", restarting.slice(0, 4)),
  ];
}

function warningLines({ warnings, eventColumns }: HomeSummary): readonly HomeLine[] {
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
    })),
  );
}

function section(title: string, lines: readonly HomeLine[]): readonly HomeLine[] {
  if (lines.length === 0) return [];
  const heading: HomeLine = { key: title, spans: [{ text: ` ${title}`, tone: "heading" }] };
  const own = lines.map(({ key, spans }) => ({ key: `${title} ${key}`, spans }));
  return [{ key: `${title} gap`, spans: [] }, heading, ...own];
}

function named(row: FeedRow, text: string): HomeLine {
  const name = row.namespace === undefined ? row.name : `${row.namespace}/${row.name}`;
  return { key: row.uid, spans: [{ text: ` ${fitted(name, NAME_WIDTH)}  ` }, { text, tone: "pending" }] };
}
