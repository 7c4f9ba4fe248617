/** @jsxImportSource hono/jsx */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Child } from "hono/jsx";

import { findResource, qualifiedName } from "../../feeds/resource.ts";
import { type Frame, Layout } from "../pages/layout.tsx";
import { markup } from "../pages/markup.ts";
import type { WebContext } from "../web-context.ts";

export const NAMESPACE_COOKIE = "kube-namespace";
/** In the cookie, for all namespaces: without a cookie nothing was chosen. */
export const ALL_NAMESPACES = "*";

/** The namespace that the visitor chose, or the one to begin in. */
export function chosenNamespace(c: Context, { namespace }: WebContext): string | undefined {
  const chosen = getCookie(c, NAMESPACE_COOKIE);
  if (chosen === undefined || chosen === "") return namespace;
  return chosen === ALL_NAMESPACES ? undefined : chosen;
}

/** A whole document around `children`. */
export async function page(
  c: Context,
  context: WebContext,
  {
    title,
    current,
    live,
    children,
  }: {
    readonly title: string;
    readonly current?: string | undefined;
    readonly live?: string | undefined;
    readonly children: Child;
  },
): Promise<Response> {
  const resources = await context.catalog.resources();
  const namespaces = findResource(resources, "namespaces");
  const known = namespaces && (await context.hub.first({ resource: namespaces }));
  const frame: Frame = {
    title,
    contextName: context.contextName,
    isReadOnly: context.isReadOnly,
    resources: resources.toSorted((left, right) => (qualifiedName(left) < qualifiedName(right) ? -1 : 1)),
    namespaces: known?.rows.map(({ name }) => name).toSorted() ?? [],
    namespace: chosenNamespace(c, context),
    current,
  };
  const text = markup(
    <Layout frame={frame} live={live}>
      {children}
    </Layout>,
  );
  return c.html(`<!doctype html>${text}`);
}
