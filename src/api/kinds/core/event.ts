import { age } from "../../duration-text.ts";
import type { Kind } from "../../kind.ts";
import { events } from "../../resources.ts";
import type { Event } from "../../types/core-v1.ts";
import { nameColumn, text, wide } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { validateEvent } from "./event-validation.ts";

export const event: Kind<Event> = defineKind<Event>({
  type: events,
  shortNames: ["ev"],
  columns: [
    text("Last Seen", ({ lastTimestamp, series, ...rest }, { now }) =>
      series ? age(series.lastObservedTime, now) : age(lastTimestamp ?? firstSeen(rest), now),
    ),
    text("Type", ({ type }) => type ?? ""),
    text("Reason", ({ reason }) => reason ?? ""),
    text("Object", ({ involvedObject: { kind = "", name } }) =>
      name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
    ),
    wide("Subobject", ({ involvedObject }) => involvedObject.fieldPath ?? ""),
    wide("Source", eventSource),
    text("Message", ({ message }) => message?.trim() ?? ""),
    wide("First Seen", (object, { now }) => age(firstSeen(object), now)),
    // An event of the newer API that happened once has no count.
    wide("Count", ({ count, series }) => (series ? (series.count ?? 0) : count || 1)),
    { ...nameColumn, priority: 1 },
  ],
  selectableFields: selectable({
    "involvedObject.kind": ({ involvedObject }) => involvedObject.kind ?? "",
    "involvedObject.namespace": ({ involvedObject }) => involvedObject.namespace ?? "",
    "involvedObject.name": ({ involvedObject }) => involvedObject.name ?? "",
    "involvedObject.uid": ({ involvedObject }) => involvedObject.uid ?? "",
    "involvedObject.apiVersion": ({ involvedObject }) => involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": ({ involvedObject }) => involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": ({ involvedObject }) => involvedObject.fieldPath ?? "",
    reason: ({ reason }) => reason ?? "",
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? "",
    source: ({ source, reportingComponent }) => source?.component || (reportingComponent ?? ""),
    type: ({ type }) => type ?? "",
  }),
  strategy: {
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
    defaultPropagation: "unsupported",
    // Upstream's --event-ttl.
    expiry: { afterSeconds: 3600, since: lastSeen },
    validate: (object, errors) => validateEvent(object, "reportingComponent", errors),
  },
});

function lastSeen({ metadata, lastTimestamp, eventTime, series }: Event): number {
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => (time ? Date.parse(time) : 0)));
}

function firstSeen({ firstTimestamp, eventTime }: Pick<Event, "firstTimestamp" | "eventTime">): string | undefined {
  return firstTimestamp ?? eventTime;
}

function eventSource({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || (reportingComponent ?? "");
  const instance = source?.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}
