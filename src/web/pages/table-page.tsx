/** @jsxImportSource hono/jsx */

import { compareCells } from "../../feeds/cell-order.ts";
import type { FeedColumn, FeedContent, FeedRow } from "../../feeds/feed.ts";
import { type DashboardResource, qualifiedName } from "../../feeds/resource.ts";
import { rowFilter } from "../../feeds/row-filter.ts";
import { rowHealth } from "../../feeds/row-health.ts";
import { objectHref, tableHref } from "../addresses.ts";
import type { MarkedRow } from "../live-rows.ts";
import { type Markup, markup } from "./markup.ts";

/** How a visitor wants to see a table. */
export interface TableChoice {
  readonly filter: string;
  /** The name of a column, with `-` before it for the other direction; empty for namespace and name. */
  readonly sort: string;
  readonly isWide: boolean;
}

/** A table as it is shown: columns that are left out for lack of width are gone, rows are filtered and in order. */
export interface ShownTable {
  readonly hasNamespaces: boolean;
  readonly columns: readonly { readonly column: FeedColumn; readonly at: number }[];
  readonly rows: readonly MarkedRow[];
  readonly total: number;
  /** Why the filter is none, or why the server does not tell. */
  readonly problem: string | undefined;
}

export function shownTable(
  { columns, rows, status }: FeedContent,
  resource: DashboardResource,
  { choice, namespace }: { readonly choice: TableChoice; readonly namespace: string | undefined },
): ShownTable {
  const filter = rowFilter(choice.filter);
  const hasNamespaces = resource.namespaced && namespace === undefined;
  const shown = columns
    .map((column, at) => ({ column, at }))
    .filter(({ column }) => choice.isWide || column.priority === 0);
  const matching = filter.matches ? rows.filter(filter.matches) : rows;
  return {
    hasNamespaces,
    columns: shown,
    rows: matching.toSorted(rowOrder(columns, choice.sort)).map((row) => ({
      id: rowId(row),
      html: markup(<Row {...{ row, columns, shown, resource, hasNamespaces }} />),
    })),
    total: rows.length,
    problem:
      filter.matches === undefined
        ? filter.problem
        : status.kind === "refused" || status.kind === "retrying"
          ? status.error
          : undefined,
  };
}

function rowOrder(columns: readonly FeedColumn[], sort: string): (left: FeedRow, right: FeedRow) => number {
  const byName = (left: FeedRow, right: FeedRow): number =>
    compareText(left.namespace ?? "", right.namespace ?? "") || compareText(left.name, right.name);
  const name = sort.replace(/^-/, "");
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) return byName;
  const sign = sort.startsWith("-") ? -1 : 1;
  const ofColumn = (left: FeedRow, right: FeedRow): number =>
    name === "Age" ? right.createdAtMs - left.createdAtMs : compareCells(left.cells[at] ?? "", right.cells[at] ?? "");
  return (left, right) => sign * ofColumn(left, right) || byName(left, right);
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const rowId = ({ uid }: FeedRow): string => `row-${uid}`;

interface RowProps {
  readonly row: FeedRow;
  readonly columns: readonly FeedColumn[];
  readonly shown: ShownTable["columns"];
  readonly resource: DashboardResource;
  readonly hasNamespaces: boolean;
}

function Row({ row, columns, shown, resource, hasNamespaces }: RowProps): Markup {
  const { namespace, name } = row;
  return (
    <tr id={rowId(row)} class={rowHealth(row, columns)}>
      {hasNamespaces ? <td>{namespace}</td> : ""}
      {shown.map(({ column, at }) => {
        const text = row.cells[at] ?? "";
        if (column.name === "Name")
          return (
            <td>
              <a href={objectHref({ resource, namespace, name })}>{text}</a>
            </td>
          );
        if (column.name === "Age")
          return (
            <td>
              <time data-since={row.createdAtMs}>{text}</time>
            </td>
          );
        return <td>{text}</td>;
      })}
    </tr>
  );
}

export function TablePage(props: {
  resource: DashboardResource;
  choice: TableChoice;
  table: ShownTable | undefined;
}): Markup {
  const { resource, choice, table } = props;
  return (
    <>
      <div class="heading">
        <h1>{qualifiedName(resource)}</h1>
        <span id="count">{table ? countText(table) : "loading"}</span>
        <form method="get" class="filter">
          <input type="hidden" name="sort" value={choice.sort} />
          <input
            type="search"
            name="filter"
            value={choice.filter}
            placeholder="text, regex, !not, -l app=web"
            aria-label="Filter"
          />
          <label>
            <input type="checkbox" name="wide" value="1" checked={choice.isWide} /> wide
          </label>
          <button>Show</button>
        </form>
      </div>
      <p id="problem" class="problem">
        {table?.problem}
      </p>
      <table>
        <thead id="columns">{table ? <Columns {...{ table, resource, choice }} /> : ""}</thead>
        <tbody
          id="rows"
          dangerouslySetInnerHTML={{ __html: table?.rows.map(({ html }) => html).join("") ?? "" }}
        ></tbody>
      </table>
    </>
  );
}

export function Columns(props: { table: ShownTable; resource: DashboardResource; choice: TableChoice }): Markup {
  const { table, resource, choice } = props;
  return (
    <tr>
      {table.hasNamespaces ? <th>Namespace</th> : ""}
      {table.columns.map(({ column: { name } }) => (
        <th aria-sort={choice.sort === name ? "ascending" : choice.sort === `-${name}` ? "descending" : undefined}>
          <a
            href={tableHref(resource, {
              filter: choice.filter,
              wide: choice.isWide ? "1" : undefined,
              sort: choice.sort === name ? `-${name}` : name,
            })}
          >
            {name}
          </a>
        </th>
      ))}
    </tr>
  );
}

export const countText = ({ rows, total }: ShownTable): string =>
  rows.length === total ? String(total) : `${rows.length} of ${total}`;
