import type { FeedRow, FeedStatus } from "../../feeds/feed.ts";
import { type RowHealth, rowHealth } from "../../feeds/row-health.ts";
import type { UsageHistory } from "../../feeds/usage.ts";
import { fitted, printable } from "../../lib/terminal-text.ts";
import { cellOf } from "../state/shown-table.ts";
import { bodyHeight, type State, type TableScreen } from "../state/state.ts";
import { COLUMN_GAP, type LaidOutColumn, tableLayout } from "../state/table-layout.ts";
import type { Tone } from "../state/tone.ts";
import { type FrameLine, line } from "./frame-line.ts";

const HEALTH_TONES: Readonly<Record<RowHealth, Tone>> = {
  good: "plain",
  pending: "pending",
  bad: "bad",
  done: "faint",
  leaving: "leaving",
};

/** A live table: its header, and of its rows only those on the screen. */
export function tableLines(state: State, screen: TableScreen): readonly FrameLine[] {
  const { shown, top, marks, cursor } = screen;
  // One cell at the left is for marks.
  const columns = tableLayout(shown.columns, state.size.columns - 1);
  const visible = shown.rows.slice(top, top + bodyHeight(state));
  const headers = columns.map((column) => fitted(headerText(column, screen), column.room)).join(COLUMN_GAP);
  const emptyText = placeholder(screen);
  const cells = { now: state.now, usage: shown.usage, width: state.size.columns - 1 };
  return [
    line(` ${headers}`, "heading"),
    ...(emptyText === undefined ? [] : [line(` ${emptyText}`, "faint")]),
    ...visible.map((row, at) => ({
      spans: [
        { text: marks.has(row.uid) ? "▌" : " ", tone: "accent" as const },
        { text: rowText(row, columns, cells), tone: toneOf(row, screen) },
      ],
      isSelected: top + at === cursor,
    })),
  ];
}

function headerText({ name }: LaidOutColumn, { sort }: TableScreen): string {
  const arrow = sort?.column === name ? (sort.isDescending ? "↓" : "↑") : "";
  return `${name.toUpperCase()}${arrow}`;
}

function rowText(
  row: FeedRow,
  columns: readonly LaidOutColumn[],
  { now, usage, width }: { readonly now: number; readonly usage: UsageHistory | undefined; readonly width: number },
): string {
  const cells = columns.map((column) => fitted(cellOf(row, column, { now, usage }), column.room)).join(COLUMN_GAP);
  return fitted(cells, Math.max(0, width));
}

function toneOf(row: FeedRow, { shown }: TableScreen): Tone {
  return HEALTH_TONES[rowHealth(row, shown.content?.columns ?? [])];
}

function placeholder({ shown, filter, showsFaultsOnly }: TableScreen): string | undefined {
  if (shown.rows.length > 0) return undefined;
  const status: FeedStatus = shown.content?.status ?? { kind: "loading" };
  switch (status.kind) {
    case "loading":
      return "Loading ...";
    case "refused":
      return printable(status.error);
    case "retrying":
    case "live":
      if (filter !== "") return "Nothing matches the filter";
      return showsFaultsOnly ? "All is as it should be" : "Nothing here";
  }
}
