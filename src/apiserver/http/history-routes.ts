import { badRequest, expired } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { StoreEvent } from "../../store/store.ts";
import type { ServedResource } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import type { TimeTravel } from "../time-travel.ts";
import type { PathRoutes } from "./path-routes.ts";

const DEFAULT_LIMIT = 100;
const MOST = 5000;

/** For the cluster's owner, as every path that no role names: whoever may read it can read all objects there were. */
export function addHistoryRoutes(app: PathRoutes, context: ServerContext, travel: TimeTravel): void {
  app.get("/kube/history", async () => Response.json(await summary(context, travel)));
  app.get("/kube/history/revision", async (c) => Response.json(await revisionAt(context, c.req.query("at") ?? "")));
  app.get("/kube/history/changes", async (c) => Response.json(await changes(context, new URL(c.req.url).searchParams)));
  app.post("/kube/snapshots/:name", async (c) => Response.json(await travel.saveSnapshot(c.req.param("name"))));
}

async function summary({ store }: ServerContext, { keepMs, keepBytes }: TimeTravel) {
  const [revision, compacted, { bytes, oldestAt }] = await Promise.all([
    store.revision(),
    store.compactedRevision(),
    store.historySize(),
  ]);
  return { revision, oldestRevision: compacted, oldestAt: timeText(oldestAt), bytes, keepMs, keepBytes };
}

/** A revision, or the one there was at a time. */
async function revisionAt({ store }: ServerContext, at: string) {
  const [newest, oldest] = await Promise.all([store.revision(), store.compactedRevision()]);
  const isRevision = /^\d+$/.test(at);
  const time = Date.parse(at);
  if (!isRevision && Number.isNaN(time)) throw badRequest(`${JSON.stringify(at)} is neither a revision nor a time`);
  const revision = isRevision ? Number(at) : await store.revisionAt(time);
  if (revision !== undefined && revision > newest)
    throw badRequest(`revision ${revision} has not happened: the newest is ${newest}`);
  if (revision === undefined || revision < oldest) {
    const since = timeText((await store.historySize()).oldestAt);
    throw expired(
      `what was then is forgotten: history begins with revision ${oldest}${since === undefined ? "" : `, of ${since}`}`,
    );
  }
  return { revision, newest };
}

async function changes({ store, resources }: ServerContext, query: URLSearchParams) {
  const group = query.get("group") ?? "";
  const resource = query.get("resource") ?? "";
  const namespace = query.get("namespace") ?? "";
  const name = query.get("name") ?? "";
  const all = [...resources.all()];
  const wanted =
    resource === "" ? undefined : all.find(({ type }) => type.group === group && type.resource === resource);
  if (resource !== "" && !wanted) throw badRequest(`the server has no resource ${JSON.stringify(resource)}`);
  const { from, to } = keysOf(wanted, namespace, name);
  const events = await store.changes({ from, to, limit: limitOf(query), before: beforeOf(query) });
  const byPrefix = new Map(all.map((each) => [each.storage.prefix, each]));
  const told = await Promise.all(
    events.map(async (event) => {
      const owner = wanted ?? resourceOf(event.entry.key, byPrefix);
      return owner ? [await toldChange(event, owner)] : [];
    }),
  );
  const last = events.at(-1)?.entry.revision;
  return { changes: told.flat(), ...(events.length === limitOf(query) && last !== undefined ? { next: last } : {}) };
}

function keysOf(wanted: ServedResource | undefined, namespace: string, name: string): { from: string; to: string } {
  if (!wanted) return { from: "", to: END };
  if (name !== "") {
    const key = wanted.storage.key(namespace, name);
    return { from: key, to: `${key}\0` };
  }
  const prefix = wanted.storage.keyPrefix(namespace);
  return { from: prefix, to: `${prefix}${END}` };
}

/** Behind every key: they are ASCII. */
const END = "\u{10FFFF}";

function resourceOf(key: string, byPrefix: ReadonlyMap<string, ServedResource>): ServedResource | undefined {
  const [, root, first, second] = key.split("/");
  return byPrefix.get(`/${root}/${first}/${second}/`) ?? byPrefix.get(`/${root}/${first}/`);
}

async function toldChange(event: StoreEvent, { storage, type }: ServedResource) {
  const { entry, previous, at, by } = event;
  await storage.prepare(previous ? [entry, previous] : [entry]);
  const object: Readonly<KubeObject> = storage.read(entry);
  return {
    revision: entry.revision,
    at: timeText(at),
    by,
    change: event.type === "delete" ? "deleted" : previous ? "changed" : "created",
    group: type.group,
    version: type.version,
    resource: type.resource,
    kind: type.kind,
    namespace: object.metadata.namespace,
    name: object.metadata.name,
    object: event.type === "delete" ? undefined : object,
    previous: previous && storage.read(previous),
  };
}

const timeText = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw badRequest(`limit must be a whole number from 1 to ${MOST}`);
  return limit;
}

function beforeOf(query: URLSearchParams): number | undefined {
  const text = query.get("before");
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw badRequest("before must be a revision");
  return Number(text);
}
