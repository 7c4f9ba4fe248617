/** @jsxImportSource hono/jsx */
import type { Context, Hono } from "hono";

import type { FeedContent, FeedSelection } from "../../feeds/feed.ts";
import { type DashboardResource, qualifiedName } from "../../feeds/resource.ts";
import { queryText } from "../addresses.ts";
import { rowChanges } from "../live-rows.ts";
import { markup } from "../pages/markup.ts";
import { Columns, countText, type ShownTable, shownTable, type TableChoice, TablePage } from "../pages/table-page.tsx";
import type { WebContext } from "../web-context.ts";
import { coalesced, liveStream, type Send } from "./live-stream.ts";
import { notFound } from "./not-found.ts";
import { chosenNamespace, page } from "./page.tsx";

const REFRESH_MS = 250;

interface Wanted {
  readonly resource: DashboardResource;
  readonly choice: TableChoice;
  readonly selection: FeedSelection;
}

/** Tables of any kind that the server lists. */
export function addTableRoutes(app: Hono, context: WebContext): void {
  app.get("/resources/:resource", async (c) => {
    const wanted = await wantedTable(c, context);
    const { resource, choice, selection } = wanted;
    const content = await context.hub.first(selection);
    const name = qualifiedName(resource);
    const query = { filter: choice.filter, sort: choice.sort, wide: choice.isWide ? "1" : undefined };
    return page(c, context, {
      title: name,
      current: name,
      live: `/resources/${name}/live${queryText(query)}`,
      children: <TablePage resource={resource} choice={choice} table={content && tableOf(content, wanted)} />,
    });
  });
  app.get("/resources/:resource/live", async (c) => {
    const wanted = await wantedTable(c, context);
    return liveStream(c, context, (send) => {
      const stack = new DisposableStack();
      const viewer = new TableViewer(send, wanted);
      let latest: FeedContent | undefined;
      const show = stack.use(coalesced(context.clock, REFRESH_MS, () => latest && viewer.show(latest)));
      const onContent = (content: FeedContent): void => {
        latest = content;
        show();
      };
      stack.use(context.hub.follow(wanted.selection, onContent));
      return stack;
    });
  });
}

async function wantedTable(c: Context, context: WebContext): Promise<Wanted> {
  const name = c.req.param("resource") ?? "";
  const resource = await context.catalog.find(name);
  if (!resource) throw notFound(`The server has no resource "${name}"`);
  const namespace = resource.namespaced ? chosenNamespace(c, context) : undefined;
  const choice = {
    filter: c.req.query("filter") ?? "",
    sort: c.req.query("sort") ?? "",
    isWide: c.req.query("wide") === "1",
  };
  return { resource, choice, selection: { resource, namespace } };
}

const tableOf = (content: FeedContent, { resource, choice, selection }: Wanted): ShownTable =>
  shownTable(content, resource, { choice, namespace: selection.namespace });

/** What one page shows of a table, so that only what changed is sent. */
class TableViewer {
  readonly #send: Send;
  readonly #wanted: Wanted;
  #shown: ReadonlyMap<string, string> | undefined;
  #head = "";

  constructor(send: Send, wanted: Wanted) {
    this.#send = send;
    this.#wanted = wanted;
  }

  show(content: FeedContent): void {
    const { resource, choice } = this.#wanted;
    const table = tableOf(content, this.#wanted);
    if (!this.#shown) this.#send("reset", null);
    const head = markup(<Columns table={table} resource={resource} choice={choice} />);
    if (head !== this.#head) this.#send("pane", { target: "columns", html: head });
    this.#head = head;
    const changes = rowChanges(this.#shown ?? new Map(), table.rows);
    if (changes.removed.length > 0 || changes.placed.length > 0) this.#send("rows", changes);
    this.#shown = new Map(table.rows.map(({ id, html }) => [id, html]));
    this.#send("text", { target: "count", text: content.status.kind === "loading" ? "loading" : countText(table) });
    this.#send("text", { target: "problem", text: table.problem ?? "" });
  }
}
