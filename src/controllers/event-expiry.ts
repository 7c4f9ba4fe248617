import { events } from "../api/resources.ts";
import type { Event } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { defineController, API_SERVER } from "./controller.ts";

export interface EventExpirySnapshot {
  readonly events: readonly Event[];
}

/** The API server's --event-ttl: what happened longer ago is forgotten. */
const LIFETIME_MS = 60 * 60_000;

/** Events expire in bunches rather than one by one. */
const SHORTEST_PAUSE_MS = 60_000;

/** The only key: all events are looked at together, when the oldest is due. */
const ALL = "all";

/** Forgets old events. They are not kept in a cache: nobody else needs them there, and there are many. */
export const eventExpiryController = defineController({
  name: "event-expiry-controller",
  user: API_SERVER,
  workers: 1,
  connect: ({ client }) => ({
    watches: [
      (concern) => {
        concern(ALL);
        return () => undefined;
      },
    ],
    snapshot: async () => ({ events: (await client.resource(events).list()).items }),
  }),
  reconcile: eventExpiryActions,
});

export function eventExpiryActions(snapshot: EventExpirySnapshot, nowMs: number): readonly Action[] {
  const expiries = snapshot.events.map((event) => ({ event, at: lastSeen(event) + LIFETIME_MS }));
  const next = Math.min(nowMs + LIFETIME_MS, ...expiries.map(({ at }) => at).filter((at) => at > nowMs));
  return [
    { do: "lookAgain", afterMs: Math.max(next - nowMs, SHORTEST_PAUSE_MS) },
    {
      do: "together",
      actions: expiries
        .filter(({ at }) => at <= nowMs)
        .map(({ event }) => ({ do: "delete", type: events, object: event })),
    },
  ];
}

function lastSeen({ metadata, series, lastTimestamp, eventTime }: Event): number {
  const times = [metadata.creationTimestamp, series?.lastObservedTime, lastTimestamp, eventTime];
  return Math.max(...times.flatMap((time) => (time ? [Date.parse(time)] : [])));
}
