/** @jsxImportSource hono/jsx */
import type { Context, Hono } from "hono";

import type { FeedContent, FeedSelection } from "../../feeds/feed.ts";
import { isOwnedBy, ownedSelections } from "../../feeds/owned-resources.ts";
import { addressText, findResource, type ObjectAddress, qualifiedName, resourceOfKind } from "../../feeds/resource.ts";
import { shownObject } from "../../feeds/shown-object.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { namespaceOf, objectHref, queryText } from "../addresses.ts";
import { markup, type Markup } from "../pages/markup.ts";
import {
  EventsPane,
  lastSeen,
  OBJECT_TABS,
  ObjectPage,
  type ObjectTab,
  RelatedPane,
  type Relations,
  YamlPane,
} from "../pages/object-page.tsx";
import type { WebContext } from "../web-context.ts";
import { coalesced, liveStream } from "./live-stream.ts";
import { notFound } from "./not-found.ts";
import { page } from "./page.tsx";

const REFRESH_MS = 250;

interface Wanted {
  readonly address: ObjectAddress;
  readonly tab: ObjectTab;
  readonly showsSecrets: boolean;
}

/** One object: as YAML, its events, what it belongs to and owns. */
export function addObjectRoutes(app: Hono, context: WebContext): void {
  app.get("/objects/:resource/:namespace/:name", async (c) => {
    const wanted = await wantedObject(c, context);
    const { address, tab } = wanted;
    const object = await knownObject(context, address);
    return page(c, context, {
      title: addressText(address),
      current: qualifiedName(address.resource),
      live: tab === "related" ? undefined : liveHref(wanted),
      children: (
        <ObjectPage
          {...{ address, tab, object, isReadOnly: context.isReadOnly }}
          pane={await paneOf(context, wanted, object)}
        />
      ),
    });
  });
  app.get("/objects/:resource/:namespace/:name/live", async (c) => {
    const wanted = await wantedObject(c, context);
    const selection =
      wanted.tab === "events"
        ? await eventsSelection(context, await knownObject(context, wanted.address))
        : objectSelection(wanted.address);
    return liveStream(c, context, (send) => {
      const stack = new DisposableStack();
      let latest: FeedContent | undefined;
      const show = stack.use(
        coalesced(context.clock, REFRESH_MS, () => {
          if (latest) send("pane", { target: "pane", html: markup(livePane(wanted, latest)) });
        }),
      );
      const onContent = (content: FeedContent): void => {
        latest = content;
        // What was read stays to be read while the server is away.
        if (content.status.kind === "live") show();
      };
      stack.use(context.hub.follow(selection, onContent));
      return stack;
    });
  });
}

async function wantedObject(c: Context, context: WebContext): Promise<Wanted> {
  const tab = c.req.query("tab") ?? "yaml";
  return {
    address: await wantedAddress(c.req.param() as Record<string, string>, context),
    tab: isTab(tab) ? tab : "yaml",
    showsSecrets: c.req.query("reveal") === "1",
  };
}

const isTab = (text: string): text is ObjectTab => Object.hasOwn(OBJECT_TABS, text);

/** Refuses what the server does not have. */
export async function wantedAddress(
  { resource: resourceName = "", namespace = "", name = "" }: Readonly<Record<string, string>>,
  { catalog }: WebContext,
): Promise<ObjectAddress> {
  const resource = await catalog.find(resourceName);
  if (!resource) throw notFound(`The server has no resource "${resourceName}"`);
  return { resource, namespace: namespaceOf(namespace), name };
}

/** The object as it is now; refuses if there is none, or if the server does not tell. */
export async function knownObject({ hub }: WebContext, address: ObjectAddress): Promise<JsonObject> {
  const content = await hub.first(objectSelection(address));
  if (content?.status.kind === "refused") throw notFound(content.status.error);
  const object = content?.rows[0]?.object;
  if (!object) throw notFound(`There is no ${addressText(address)}`);
  return object;
}

const liveHref = ({ address, tab, showsSecrets }: Wanted): string =>
  `${objectHref(address)}/live${queryText({ tab, reveal: showsSecrets ? "1" : undefined })}`;

const objectSelection = ({ resource, namespace, name }: ObjectAddress): FeedSelection => ({
  resource,
  namespace,
  fieldSelector: `metadata.name=${name}`,
  withObjects: true,
});

async function eventsSelection({ catalog }: WebContext, object: JsonObject): Promise<FeedSelection> {
  const resource = findResource(await catalog.resources(), "events");
  if (!resource) throw notFound("The server has no events");
  const metadata = objectIn(object, "metadata");
  return {
    resource,
    namespace: textIn(metadata, "namespace") || undefined,
    fieldSelector: `involvedObject.uid=${textIn(metadata, "uid")}`,
    withObjects: true,
  };
}

async function paneOf(context: WebContext, wanted: Wanted, object: JsonObject): Promise<Markup> {
  switch (wanted.tab) {
    case "yaml":
      return yamlPane(wanted, object);
    case "events":
      return eventsPane(await context.hub.first(await eventsSelection(context, object)));
    case "related":
      return <RelatedPane {...await relationsOf(context, wanted.address, object)} />;
  }
}

function livePane(wanted: Wanted, content: FeedContent): Markup {
  if (wanted.tab === "events") return eventsPane(content);
  const object = content.rows[0]?.object;
  return object ? yamlPane(wanted, object) : <p>{addressText(wanted.address)} is gone.</p>;
}

function yamlPane({ address, showsSecrets }: Wanted, object: JsonObject): Markup {
  const isHidden = object["kind"] === "Secret" && !showsSecrets;
  const text = yamlText(shownObject(object, { showsManagedFields: false, showsSecrets }));
  return <YamlPane text={text} revealHref={isHidden ? objectHref(address, { reveal: "1" }) : undefined} />;
}

function eventsPane(content: FeedContent | undefined): Markup {
  const events = (content?.rows ?? []).map(({ object }) => object);
  return <EventsPane events={events.toSorted((left, right) => (lastSeen(left) > lastSeen(right) ? -1 : 1))} />;
}

async function relationsOf(
  { catalog, hub }: WebContext,
  address: ObjectAddress,
  object: JsonObject,
): Promise<Relations> {
  const resources = await catalog.resources();
  const metadata = objectIn(object, "metadata");
  const owners = objectsIn(metadata, "ownerReferences").flatMap((owner) => {
    const resource = resourceOfKind(resources, textIn(owner, "apiVersion"), textIn(owner, "kind"));
    const namespace = resource?.namespaced === true ? address.namespace : undefined;
    return resource ? [{ resource, namespace, name: textIn(owner, "name") }] : [];
  });
  const owned = await Promise.all(
    ownedSelections(resources, address).map(async (selection) => {
      const rows = (await hub.first(selection))?.rows ?? [];
      return rows
        .filter((row) => isOwnedBy(row.object, textIn(metadata, "uid")))
        .map(({ namespace, name }) => ({ resource: selection.resource, namespace, name }));
    }),
  );
  return { owners, owned: owned.flat() };
}
