import { isApiError } from "../../api/api-error.ts";
import type { Client } from "../../client/client.ts";
import { createClient } from "../../client/client.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import type { Transport } from "../../client/transport.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ApiObject } from "../objects/api-object.ts";
import type { Query } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { pastMoment } from "./past-moment.ts";

export interface HistorySummary {
  readonly revision: number;
  readonly oldestRevision: number;
  readonly oldestAt?: string;
  readonly bytes: number;
  readonly keepMs: number;
  readonly keepBytes: number;
}

export interface Change {
  readonly revision: number;
  readonly at?: string;
  readonly by?: string;
  readonly change: "created" | "changed" | "deleted";
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly object?: ApiObject;
  readonly previous?: ApiObject;
}

export interface ChangePage {
  readonly changes: readonly Change[];
  /** Where the next page begins; absent: there is none. */
  readonly next?: number;
}

/** The answers are those of the server in this very program. */
export async function historySummary(transport: HttpsTransport): Promise<HistorySummary> {
  return (await ask(transport, "/kube/history")) as HistorySummary;
}

export async function changePage(transport: HttpsTransport, query: Query): Promise<ChangePage> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  return (await ask(transport, `/kube/history/changes?${parameters.toString()}`)) as ChangePage;
}

/** The revision that `--at` and `--to` mean: one, or what was there at a time. */
export async function pastRevision(session: Session, text: string): Promise<number> {
  const moment = pastMoment(text, session.context.clock.now());
  if (moment === undefined)
    throw new UserError(`${JSON.stringify(text)} is neither a revision nor a time`, {
      hint: "Say it as 10m (ago), 14:30, 2026-11-28T14:30:00Z, or a revision of kube history",
    });
  const path = `/kube/history/revision?at=${encodeURIComponent(moment)}`;
  return ((await ask(await session.transport(), path)) as { readonly revision: number }).revision;
}

/** What has to be added to a read so that it is of the past; nothing without `--at`. */
export async function pastQuery(session: Session, at: string): Promise<Query> {
  return at === "" ? {} : exactly(await pastRevision(session, at));
}

const exactly = (revision: number): Query => ({ resourceVersion: String(revision), resourceVersionMatch: "Exact" });

/** A client whose reads are all of one revision. */
export function clientAt({ transport }: Client, revision: number): Client {
  const past: Transport = {
    request: (request) => {
      const isRead = (request.verb === "get" || request.verb === "list") && request.query?.["continue"] === undefined;
      return transport.request(isRead ? { ...request, query: { ...request.query, ...exactly(revision) } } : request);
    },
    watch: (request, listener) => transport.watch(request, listener),
  };
  return createClient(past);
}

async function ask(transport: HttpsTransport, path: string): Promise<unknown> {
  try {
    return await (await transport.raw({ method: "GET", path })).json();
  } catch (error) {
    if (isApiError(error, "Expired")) throw new UserError(`That is too long ago: ${error.message}`);
    if (isApiError(error, "BadRequest")) throw new UserError(error.message);
    if (isApiError(error) && error.status.code === 404)
      throw new UserError("This cluster keeps no history that can be read", {
        hint: "Only clusters that kube starts do: see kube list",
      });
    throw error;
  }
}
