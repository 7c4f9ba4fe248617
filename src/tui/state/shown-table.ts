import { age } from "../../api/duration-text.ts";
import { agedCell } from "../../feeds/cell-age.ts";
import { compareCells } from "../../feeds/cell-order.ts";
import type { FeedColumn, FeedContent, FeedRow } from "../../feeds/feed.ts";
import { isOwnedBy } from "../../feeds/owned-resources.ts";
import { rowFilter } from "../../feeds/row-filter.ts";
import { rowHealth } from "../../feeds/row-health.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import {
  bar,
  cpuText,
  memoryText,
  percentText,
  sparkline,
  usageOf,
  usageOwner,
  type UsageHistory,
  type UsageSample,
} from "../../feeds/usage.ts";
import { textWidth } from "../../lib/terminal-text.ts";
import type { ShownColumn, ShownTable, Sort, TableScreen } from "./state.ts";

const NAMESPACE_COLUMN = -1;
const CPU_COLUMN = -2;
const MEMORY_COLUMN = -3;
const CPU_SHARE_COLUMN = -4;
const MEMORY_SHARE_COLUMN = -5;
const CPU_TREND_COLUMN = -6;
const MEMORY_TREND_COLUMN = -7;
const BAR_WIDTH = 6;
const AGE_COLUMN = "Age";
/** Others whose cells say how long ago something was. */
export const AGING_COLUMNS: ReadonlySet<string> = new Set(["Last Seen", "First Seen", "Last Schedule", "Restarts"]);
/** Ages change every second; their column has room for all of them (`10m59s`). */
const AGE_WIDTH = 6;
const AGING_ROOM = 3;
const WIDEST_COLUMN = 80;

export const NOTHING_SHOWN: ShownTable = {
  content: undefined,
  usage: undefined,
  sort: undefined,
  filter: "",
  isWide: false,
  showsFaultsOnly: false,
  hasNamespaces: false,
  columns: [],
  rows: [],
  filterError: undefined,
};

export interface TableSources {
  readonly content: FeedContent | undefined;
  /** Undefined where nothing is measured. */
  readonly usage: UsageHistory | undefined;
  readonly hasNamespaces: boolean;
}

/** The columns and rows that a table shows of its feed: the same as before unless something of it changed. */
export function shownTable(screen: TableScreen, sources: TableSources): ShownTable {
  const { shown, filter, sort, isWide, showsFaultsOnly } = screen;
  const { content, usage, hasNamespaces } = sources;
  const isSame =
    shown.content === content &&
    shown.usage === usage &&
    shown.sort === sort &&
    shown.filter === filter &&
    shown.isWide === isWide &&
    shown.showsFaultsOnly === showsFaultsOnly &&
    shown.hasNamespaces === hasNamespaces;
  if (isSame) return shown;
  const made = { content, usage, sort, filter, isWide, showsFaultsOnly, hasNamespaces };
  if (content === undefined) return { ...NOTHING_SHOWN, ...made };
  const found = rowFilter(filter);
  const { ownerUid } = screen.scope;
  const inScope = ownerUid === undefined ? content.rows : content.rows.filter((row) => isOwnedBy(row.object, ownerUid));
  const faults = showsFaultsOnly ? inScope.filter((row) => isFault(row, content.columns)) : inScope;
  const rows = found.matches ? faults.filter(found.matches) : faults;
  return {
    ...made,
    columns: shownColumns(screen, content.columns, { rows, usage, hasNamespaces }),
    rows: sorted(rows, content.columns, { sort, usage }),
    filterError: found.matches ? undefined : found.problem,
  };
}

function isFault(row: FeedRow, columns: readonly FeedColumn[]): boolean {
  const health = rowHealth(row, columns);
  return health === "bad" || health === "pending";
}

/** What a cell says now: ages are counted here, for the server sends them only when an object changes. */
export function cellOf(
  row: FeedRow,
  { at, name }: Pick<ShownColumn, "at" | "name">,
  { now, usage }: { readonly now: number; readonly usage?: UsageHistory | undefined },
): string {
  if (at === NAMESPACE_COLUMN) return row.namespace ?? "";
  if (at < NAMESPACE_COLUMN) return usageCell(row, at, usage?.get(usageOwner(row.namespace, row.name)) ?? []);
  const cell = row.cells[at] ?? "";
  if (name === AGE_COLUMN && !Number.isNaN(row.createdAtMs)) return age(new Date(row.createdAtMs).toISOString(), now);
  return AGING_COLUMNS.has(name) ? agedCell(cell, now - row.receivedAtMs) : cell;
}

function usageCell(row: FeedRow, at: number, samples: readonly UsageSample[]): string {
  const latest = samples.at(-1);
  if (!latest) return "";
  if (at === CPU_COLUMN) return cpuText(latest.cpuMilli);
  if (at === MEMORY_COLUMN) return memoryText(latest.memoryBytes);
  if (at === CPU_TREND_COLUMN) return sparkline(samples.map(({ cpuMilli }) => cpuMilli));
  if (at === MEMORY_TREND_COLUMN) return sparkline(samples.map(({ memoryBytes }) => memoryBytes));
  const all = usageOf(objectIn(row.object, "status")["allocatable"]);
  const [used, of] = at === CPU_SHARE_COLUMN ? [latest.cpuMilli, all.cpuMilli] : [latest.memoryBytes, all.memoryBytes];
  return of > 0 ? `${bar(used / of, BAR_WIDTH)} ${percentText(used, of)}` : "";
}

/** The name of a column as its header has it, which is also what is sorted by. */
export const columnNames = (columns: readonly ShownColumn[]): readonly string[] => columns.map(({ name }) => name);

function shownColumns(
  { resource, isWide }: TableScreen,
  columns: readonly FeedColumn[],
  options: {
    readonly rows: readonly FeedRow[];
    readonly usage: UsageHistory | undefined;
    readonly hasNamespaces: boolean;
  },
): readonly ShownColumn[] {
  const own = columns
    .map((column, at) => ({ ...column, at, width: columnWidth({ ...column, at }, options.rows) }))
    .filter(({ priority }) => isWide || priority === 0);
  const measured = options.usage ? measuredColumns(resource.resource === "nodes", isWide) : [];
  const namespace = { name: "Namespace", priority: 0, at: NAMESPACE_COLUMN };
  const first = options.hasNamespaces ? [{ ...namespace, width: columnWidth(namespace, options.rows) }] : [];
  // Age comes last, as people are used to, unless wide columns follow it.
  const ageAt = own.findIndex(({ name }) => name === AGE_COLUMN);
  const split = ageAt < 0 ? own.length : ageAt;
  return [...first, ...own.slice(0, split), ...measured, ...own.slice(split)];
}

function measuredColumns(hasShares: boolean, isWide: boolean): readonly ShownColumn[] {
  const column = (name: string, at: number, width: number): ShownColumn => ({ name, priority: 0, at, width });
  return [
    column("CPU", CPU_COLUMN, 7),
    ...(hasShares ? [column("%CPU", CPU_SHARE_COLUMN, BAR_WIDTH + 5)] : []),
    ...(isWide ? [column("CPU trend", CPU_TREND_COLUMN, 20)] : []),
    column("Mem", MEMORY_COLUMN, 8),
    ...(hasShares ? [column("%Mem", MEMORY_SHARE_COLUMN, BAR_WIDTH + 5)] : []),
    ...(isWide ? [column("Mem trend", MEMORY_TREND_COLUMN, 20)] : []),
  ];
}

function columnWidth({ name, at }: FeedColumn & { readonly at: number }, rows: readonly FeedRow[]): number {
  // One more for the arrow of sorting.
  let width = Math.max(textWidth(name) + 1, name === AGE_COLUMN ? AGE_WIDTH : 0);
  for (const row of rows) {
    const cell = at === NAMESPACE_COLUMN ? (row.namespace ?? "") : (row.cells[at] ?? "");
    if (cell.length * 2 > width) width = Math.max(width, textWidth(cell));
  }
  // What was "9s ago" will be "2m15s ago".
  const isAging = AGING_COLUMNS.has(name) && width > textWidth(name) + 1;
  return Math.min(isAging ? width + AGING_ROOM : width, WIDEST_COLUMN);
}

function sorted(
  rows: readonly FeedRow[],
  columns: readonly FeedColumn[],
  { sort, usage }: { readonly sort: Sort | undefined; readonly usage: UsageHistory | undefined },
): readonly FeedRow[] {
  const byName = inOrder(rows, compareNames);
  if (!sort) return byName;
  const direction = sort.isDescending ? -1 : 1;
  // The youngest age is the latest creation.
  if (sort.column === AGE_COLUMN)
    return byName.toSorted((left, right) => direction * (right.createdAtMs - left.createdAtMs));
  const used = usedBy(sort.column);
  if (used) {
    const value = (row: FeedRow): number => {
      const sample = usage?.get(usageOwner(row.namespace, row.name))?.at(-1);
      return sample ? used(sample, row) : -1;
    };
    return byName.toSorted((left, right) => direction * (value(left) - value(right)));
  }
  const at = columns.findIndex(({ name }) => name === sort.column);
  const cell = (row: FeedRow): string => (at < 0 ? (row.namespace ?? "") : (row.cells[at] ?? ""));
  return byName.toSorted((left, right) => direction * compareCells(cell(left), cell(right)));
}

/** What a column of figures sorts by. */
function usedBy(column: string): ((sample: UsageSample, row: FeedRow) => number) | undefined {
  const allocatable = (row: FeedRow): UsageSample => usageOf(objectIn(row.object, "status")["allocatable"]);
  switch (column) {
    case "CPU":
    case "CPU trend":
      return ({ cpuMilli }) => cpuMilli;
    case "Mem":
    case "Mem trend":
      return ({ memoryBytes }) => memoryBytes;
    case "%CPU":
      return ({ cpuMilli }, row) => cpuMilli / Math.max(1, allocatable(row).cpuMilli);
    case "%Mem":
      return ({ memoryBytes }, row) => memoryBytes / Math.max(1, allocatable(row).memoryBytes);
    default:
      return undefined;
  }
}

/** Servers list in order and most changes keep it: to see that costs less than to sort again. */
function inOrder(rows: readonly FeedRow[], compare: (left: FeedRow, right: FeedRow) => number): readonly FeedRow[] {
  let before = rows[0];
  for (const row of rows) {
    if (before && compare(before, row) > 0) return rows.toSorted(compare);
    before = row;
  }
  return rows;
}

function compareNames(left: FeedRow, right: FeedRow): number {
  if (left.namespace !== right.namespace) return (left.namespace ?? "") < (right.namespace ?? "") ? -1 : 1;
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
