import type { Transport } from "../client/transport.ts";
import type { RawTransport } from "../feeds/table-feed.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { Catalog } from "./catalog.ts";
import type { FeedHub } from "./feed-hub.ts";

/** What the routes have to work with. */
export interface WebContext {
  readonly contextName: string;
  /** Where a visitor begins who has chosen nothing; undefined for all namespaces. */
  readonly namespace: string | undefined;
  readonly isReadOnly: boolean;
  readonly transport: Transport & RawTransport;
  readonly catalog: Catalog;
  readonly hub: FeedHub;
  readonly clock: Clock;
  /** Aborts when the server ends: streams must too. */
  readonly signal: AbortSignal;
}
