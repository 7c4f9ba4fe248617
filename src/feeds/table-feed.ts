import { ApiError } from "../api/api-error.ts";
import type { RawRequest } from "../client/https-transport.ts";
import { lines } from "../client/lines.ts";
import type { JsonObject } from "../lib/json/json-value.ts";
import { errorText } from "../lib/logger.ts";
import { Backoff } from "../lib/time/backoff.ts";
import { sleep, type Clock } from "../lib/time/clock.ts";
import {
  type FeedColumn,
  type FeedContent,
  feedKey,
  type FeedRow,
  type FeedSelection,
  type FeedStatus,
} from "./feed.ts";
import { ACCEPT_TABLE, objectIn, parsedTable, textIn } from "./table-rows.ts";

/** The part of a transport that feeds need: any request, its answer as a stream. */
export interface RawTransport {
  raw(request: RawRequest): Promise<Response>;
}

export interface TableFeedOptions {
  readonly transport: RawTransport;
  readonly selection: FeedSelection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told the whole content, ten times in a second at most. */
  readonly onContent: (content: FeedContent) => void;
}

/** Changes of others need not be seen at once; what the user does is painted without waiting for this. */
const FRAME_MS = 100;
const BACKOFF = { initialMs: 500, maxMs: 15_000, factor: 2, jitter: 0.2 };
/** A server that ends each watch at once must not be asked in a hot loop. */
const SHORTEST_WATCH_MS = 5000;
/**
 * No use in asking again: the answer is about the question, not about the moment. Credentials that expired (401) may be
 * renewed: a token is read anew for each request.
 */
const FINAL_CODES: ReadonlySet<number> = new Set([400, 403, 404, 405, 406]);
const UNAUTHORIZED = 401;

interface WatchFrame {
  readonly type: string;
  readonly object: JsonObject;
}

/** Lists, then watches, and lists again whenever the watch is lost; ends when the signal aborts or the server refuses. */
export async function followTable(options: TableFeedOptions): Promise<void> {
  const feed = new TableFeed(options);
  const backoff = new Backoff(BACKOFF);
  while (!options.signal.aborted) {
    try {
      await feed.list();
      // A server ends watches in good order now and then; the next begins where the last one stopped.
      while (!options.signal.aborted) {
        const startedAt = options.clock.now();
        await feed.watch();
        if (options.clock.now() - startedAt >= SHORTEST_WATCH_MS) backoff.reset();
        else await sleep(backoff.next(), options);
      }
    } catch (error) {
      if (options.signal.aborted) return;
      if (error instanceof ApiError && FINAL_CODES.has(error.status.code ?? 0)) return feed.refuse(error);
      if (!isGone(error)) feed.retryAfter(error);
      await sleep(isGone(error) ? 0 : backoff.next(), options).catch(() => undefined);
    }
  }
}

class TableFeed {
  readonly #options: TableFeedOptions;
  readonly #rows = new Map<string, FeedRow>();
  #columns: readonly FeedColumn[] = [];
  #status: FeedStatus = { kind: "loading" };
  #resourceVersion = "";
  #isFramePending = false;

  constructor(options: TableFeedOptions) {
    this.#options = options;
  }

  async list(): Promise<void> {
    const response = await this.#request({});
    // Parse edge: a list answers with a JSON object.
    const answer = (await response.json()) as JsonObject;
    const table = parsedTable(answer, this.#options.clock.now());
    this.#rows.clear();
    for (const row of table.rows) this.#rows.set(row.uid, row);
    this.#columns = table.columns ?? this.#columns;
    this.#resourceVersion = textIn(objectIn(answer, "metadata"), "resourceVersion");
    this.#status = { kind: "live" };
    this.#tell();
  }

  async watch(): Promise<void> {
    const response = await this.#request({
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.#resourceVersion,
    });
    if (!response.body) return;
    for await (const line of lines(response.body)) {
      // Parse edge: watch frames have this shape by contract of the API.
      this.#apply(JSON.parse(line) as WatchFrame);
    }
  }

  refuse(error: ApiError): void {
    this.#status = { kind: "refused", error: error.message };
    this.#rows.clear();
    this.#tell();
  }

  retryAfter(error: unknown): void {
    const isExpired = error instanceof ApiError && error.status.code === UNAUTHORIZED;
    const text = errorText(error);
    this.#status = {
      kind: "retrying",
      error: isExpired ? `the server does not accept the credentials, have they expired? (${text})` : text,
    };
    this.#tell();
  }

  #apply({ type, object }: WatchFrame): void {
    // Parse edge: an ERROR frame carries a Status.
    if (type === "ERROR") throw new ApiError(object as unknown as ConstructorParameters<typeof ApiError>[0]);
    const table = parsedTable(object, this.#options.clock.now());
    const version =
      textIn(objectIn(object, "metadata"), "resourceVersion") ||
      textIn(objectIn(table.rows[0]?.object ?? {}, "metadata"), "resourceVersion");
    if (version !== "") this.#resourceVersion = version;
    if (type === "BOOKMARK") return;
    this.#columns = table.columns ?? this.#columns;
    for (const row of table.rows) {
      if (type === "DELETED") this.#rows.delete(row.uid);
      else this.#rows.set(row.uid, row);
    }
    this.#tellSoon();
  }

  async #request(query: Readonly<Record<string, string>>): Promise<Response> {
    const base = feedKey(this.#options.selection);
    const more = new URLSearchParams(query).toString();
    const path = more === "" ? base : `${base}${base.includes("?") ? "&" : "?"}${more}`;
    const { signal, transport, selection } = this.#options;
    const { group, resource } = selection.resource;
    const summary = { method: "GET", group, resource };
    return await transport.raw({ method: "GET", path, headers: { Accept: ACCEPT_TABLE }, signal, summary });
  }

  /** Many changes become one frame. */
  #tellSoon(): void {
    if (this.#isFramePending) return;
    this.#isFramePending = true;
    this.#options.clock.setTimeout(() => {
      this.#isFramePending = false;
      if (!this.#options.signal.aborted) this.#tell();
    }, FRAME_MS);
  }

  #tell(): void {
    this.#options.onContent({ columns: this.#columns, rows: [...this.#rows.values()], status: this.#status });
  }
}

/** The history after our version is compacted away: not an error, just a new list. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status.code === 410;
}
