/** @jsxImportSource hono/jsx */
import type { Context, Hono } from "hono";

import { type FeedContent, feedKey, type FeedSelection } from "../../feeds/feed.ts";
import { homeSelections, homeSummary } from "../../feeds/home-summary.ts";
import type { DashboardResource } from "../../feeds/resource.ts";
import { HomePanels } from "../pages/home-page.tsx";
import { OVERVIEW } from "../pages/layout.tsx";
import { markup } from "../pages/markup.ts";
import type { WebContext } from "../web-context.ts";
import { coalesced, liveStream } from "./live-stream.ts";
import { chosenNamespace, page } from "./page.tsx";

const REFRESH_MS = 500;

interface Wanted {
  readonly resources: readonly DashboardResource[];
  readonly selections: readonly FeedSelection[];
}

/** The cluster at a glance. */
export function addHomeRoutes(app: Hono, context: WebContext): void {
  app.get("/", async (c) => {
    const { resources, selections } = await wantedHome(c, context);
    const feeds: Record<string, FeedContent> = {};
    await Promise.all(
      selections.map(async (selection) => {
        const content = await context.hub.first(selection);
        if (content) feeds[feedKey(selection)] = content;
      }),
    );
    return page(c, context, {
      title: "Overview",
      current: OVERVIEW,
      live: "/live",
      children: (
        <div id="panels">
          <HomePanels summary={homeSummary(selections, feeds)} resources={resources} />
        </div>
      ),
    });
  });
  app.get("/live", async (c) => {
    const { resources, selections } = await wantedHome(c, context);
    return liveStream(c, context, (send) => {
      const feeds: Record<string, FeedContent> = {};
      const stack = new DisposableStack();
      const show = stack.use(
        coalesced(context.clock, REFRESH_MS, () => {
          const html = markup(<HomePanels summary={homeSummary(selections, feeds)} resources={resources} />);
          send("pane", { target: "panels", html });
        }),
      );
      for (const selection of selections) {
        const onContent = (content: FeedContent): void => {
          feeds[feedKey(selection)] = content;
          show();
        };
        stack.use(context.hub.follow(selection, onContent));
      }
      return stack;
    });
  });
}

async function wantedHome(c: Context, context: WebContext): Promise<Wanted> {
  const resources = await context.catalog.resources();
  return { resources, selections: homeSelections(resources, chosenNamespace(c, context)) };
}
