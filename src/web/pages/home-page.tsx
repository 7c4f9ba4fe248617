/** @jsxImportSource hono/jsx */

import type { FeedContent, FeedRow } from "../../feeds/feed.ts";
import type { HealthCount, HomeSummary } from "../../feeds/home-summary.ts";
import { type DashboardResource, findResource } from "../../feeds/resource.ts";
import { rowHealth } from "../../feeds/row-health.ts";
import { objectHref, tableHref } from "../addresses.ts";
import type { Markup } from "./markup.ts";

/** How many of each list are shown; the tables have all. */
const MOST_SHOWN = 12;

/** The cluster at a glance: what there is, what is not well, and what the cluster warns about. */
export function HomePanels({
  summary,
  resources,
}: {
  summary: HomeSummary;
  resources: readonly DashboardResource[];
}): Markup {
  const pods = findResource(resources, "pods");
  const events = findResource(resources, "events");
  return (
    <>
      <section class="counts">
        {summary.counts.map((count) => (
          <Count count={count} resource={findResource(resources, count.title)} />
        ))}
      </section>
      {summary.nodes ? <Rows title="Nodes" content={summary.nodes} resource={findResource(resources, "nodes")} /> : ""}
      {pods ? <PodList title="Pods that are not well" rows={summary.unhealthyPods} resource={pods} /> : ""}
      {pods ? (
        <PodList
          title="Pods that restarted"
          rows={summary.restartingPods.map(({ row }) => row)}
          notes={summary.restartingPods.map(({ restarts }) => (restarts === 1 ? "once" : `${restarts} times`))}
          resource={pods}
        />
      ) : (
        ""
      )}
      {events ? <Warnings summary={summary} resource={events} /> : ""}
    </>
  );
}

function Count({ count, resource }: { count: HealthCount; resource: DashboardResource | undefined }): Markup {
  const { title, total, healthy, status } = count;
  const text =
    status.kind === "refused"
      ? status.error
      : healthy === total
        ? total === 0
          ? "none"
          : "all well"
        : `${total - healthy} not well`;
  return (
    <a class={`count ${healthy === total ? "good" : "bad"}`} href={resource ? tableHref(resource) : "/"}>
      <strong>{total}</strong> {title}
      <small>{text}</small>
    </a>
  );
}

function Rows(props: { title: string; content: FeedContent; resource: DashboardResource | undefined }): Markup {
  const { content, resource } = props;
  const shown = content.columns.map((column, at) => ({ column, at })).filter(({ column }) => column.priority === 0);
  return (
    <section>
      <h2>{props.title}</h2>
      <table>
        <thead>
          <tr>
            {shown.map(({ column }) => (
              <th>{column.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {content.rows.slice(0, MOST_SHOWN).map((row) => (
            <tr class={rowHealth(row, content.columns)}>
              {shown.map(({ column, at }) => (
                <td>{column.name === "Name" && resource ? <Name row={row} resource={resource} /> : row.cells[at]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <More all={content.rows.length} resource={resource} />
    </section>
  );
}

function PodList(props: {
  title: string;
  rows: readonly FeedRow[];
  notes?: readonly string[];
  resource: DashboardResource;
}): Markup {
  const { title, rows, notes, resource } = props;
  if (rows.length === 0) return <></>;
  return (
    <section>
      <h2>{title}</h2>
      <table>
        <tbody>
          {rows.slice(0, MOST_SHOWN).map((row, index) => (
            <tr>
              <td>{row.namespace}</td>
              <td>
                <Name row={row} resource={resource} />
              </td>
              <td>{notes?.[index] ?? row.cells.slice(1, 3).join(" ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More all={rows.length} resource={resource} />
    </section>
  );
}

function Warnings({ summary, resource }: { summary: HomeSummary; resource: DashboardResource }): Markup {
  if (summary.warnings.length === 0) return <></>;
  const at = (name: string): number => summary.eventColumns.indexOf(name);
  return (
    <section>
      <h2>Warnings of the last hour</h2>
      <table>
        <tbody>
          {summary.warnings.slice(0, MOST_SHOWN).map((row) => (
            <tr class="bad">
              <td>
                <time data-since={row.createdAtMs}>{row.cells[at("Last Seen")]}</time>
              </td>
              <td>{row.namespace}</td>
              <td>{row.cells[at("Object")]}</td>
              <td>{row.cells[at("Reason")]}</td>
              <td>{row.cells[at("Message")]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More all={summary.warnings.length} resource={resource} />
    </section>
  );
}

function Name({ row, resource }: { row: FeedRow; resource: DashboardResource }): Markup {
  const { namespace, name } = row;
  return <a href={objectHref({ resource, namespace, name })}>{name}</a>;
}

function More({ all, resource }: { all: number; resource: DashboardResource | undefined }): Markup {
  if (all <= MOST_SHOWN || !resource) return <></>;
  return (
    <p>
      <a href={tableHref(resource)}>and {all - MOST_SHOWN} more</a>
    </p>
  );
}
