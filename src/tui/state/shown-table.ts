import { age } from "../../api/duration-text.ts";
import { compareCells } from "../../feeds/cell-order.ts";
import type { FeedColumn, FeedContent, FeedRow } from "../../feeds/feed.ts";
import { isOwnedBy } from "../../feeds/owned-resources.ts";
import { rowFilter } from "../../feeds/row-filter.ts";
import { textWidth } from "../../lib/terminal-text.ts";
import type { ShownColumn, ShownTable, Sort, TableScreen } from "./state.ts";

const NAMESPACE_COLUMN = -1;
const AGE_COLUMN = "Age";
/** Ages change every second; their column has room for all of them (`10m59s`). */
const AGE_WIDTH = 6;
const WIDEST_COLUMN = 80;

export const NOTHING_SHOWN: ShownTable = {
  content: undefined,
  sort: undefined,
  filter: "",
  isWide: false,
  hasNamespaces: false,
  columns: [],
  rows: [],
  filterError: undefined,
};

/** The columns and rows that a table shows of its feed: the same as before unless something of it changed. */
export function shownTable(screen: TableScreen, content: FeedContent | undefined, hasNamespaces: boolean): ShownTable {
  const { shown, filter, sort, isWide } = screen;
  const isSame =
    shown.content === content &&
    shown.sort === sort &&
    shown.filter === filter &&
    shown.isWide === isWide &&
    shown.hasNamespaces === hasNamespaces;
  if (isSame) return shown;
  const made = { content, sort, filter, isWide, hasNamespaces };
  if (content === undefined) return { ...NOTHING_SHOWN, ...made };
  const found = rowFilter(filter);
  const { ownerUid } = screen.scope;
  const inScope = ownerUid === undefined ? content.rows : content.rows.filter((row) => isOwnedBy(row.object, ownerUid));
  const rows = found.matches ? inScope.filter(found.matches) : inScope;
  return {
    ...made,
    columns: shownColumns(content.columns, { rows, isWide, hasNamespaces }),
    rows: sorted(rows, content.columns, sort),
    filterError: found.matches ? undefined : found.problem,
  };
}

/** What a cell says now: ages are counted here, for the server sends them only when an object changes. */
export function cellOf(row: FeedRow, { at, name }: Pick<ShownColumn, "at" | "name">, now: number): string {
  if (at === NAMESPACE_COLUMN) return row.namespace ?? "";
  const cell = row.cells[at] ?? "";
  return name === AGE_COLUMN && !Number.isNaN(row.createdAtMs)
    ? age(new Date(row.createdAtMs).toISOString(), now)
    : cell;
}

/** The name of a column as its header has it, which is also what is sorted by. */
export const columnNames = (columns: readonly ShownColumn[]): readonly string[] => columns.map(({ name }) => name);

function shownColumns(
  columns: readonly FeedColumn[],
  options: { readonly rows: readonly FeedRow[]; readonly isWide: boolean; readonly hasNamespaces: boolean },
): readonly ShownColumn[] {
  const own = columns
    .map((column, at) => ({ ...column, at }))
    .filter(({ priority }) => options.isWide || priority === 0);
  const all = options.hasNamespaces ? [{ name: "Namespace", priority: 0, at: NAMESPACE_COLUMN }, ...own] : own;
  return all.map((column) => ({ ...column, width: columnWidth(column, options.rows) }));
}

function columnWidth({ name, at }: FeedColumn & { readonly at: number }, rows: readonly FeedRow[]): number {
  // One more for the arrow of sorting.
  let width = Math.max(textWidth(name) + 1, name === AGE_COLUMN ? AGE_WIDTH : 0);
  for (const row of rows) {
    const cell = at === NAMESPACE_COLUMN ? (row.namespace ?? "") : (row.cells[at] ?? "");
    if (cell.length * 2 > width) width = Math.max(width, textWidth(cell));
  }
  return Math.min(width, WIDEST_COLUMN);
}

function sorted(rows: readonly FeedRow[], columns: readonly FeedColumn[], sort: Sort | undefined): readonly FeedRow[] {
  const byName = rows.toSorted(compareNames);
  if (!sort) return byName;
  const direction = sort.isDescending ? -1 : 1;
  // The youngest age is the latest creation.
  if (sort.column === AGE_COLUMN)
    return byName.toSorted((left, right) => direction * (right.createdAtMs - left.createdAtMs));
  const at = columns.findIndex(({ name }) => name === sort.column);
  const cell = (row: FeedRow): string => (at < 0 ? (row.namespace ?? "") : (row.cells[at] ?? ""));
  return byName.toSorted((left, right) => direction * compareCells(cell(left), cell(right)));
}

function compareNames(left: FeedRow, right: FeedRow): number {
  const [a, b] =
    left.namespace === right.namespace ? [left.name, right.name] : [left.namespace ?? "", right.namespace ?? ""];
  return a < b ? -1 : a > b ? 1 : 0;
}
