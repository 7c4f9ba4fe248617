import type { Kind } from "../../kind.ts";
import { eventsEventsV1 } from "../../resources.ts";
import type { Event as CoreEvent } from "../../types/core-v1.ts";
import type { Event } from "../../types/events-v1.ts";
import { validateEvent, validateEventUpdate, validateNewEvent } from "../core/event-validation.ts";
import { event as coreEvent } from "../core/event.ts";
import { defineKind, selectable } from "../define-kind.ts";

/** The newer shape of core/v1 Event; both are one thing in the store, in core's shape. */
export const event: Kind<Event> = defineKind<Event>({
  type: eventsEventsV1,
  shortNames: ["ev"],
  storage: {
    group: coreEvent.type.group,
    resource: coreEvent.type.resource,
    toStored: toCoreEvent,
    fromStored: (stored) => fromCoreEvent(stored as CoreEvent),
  },
  selectableFields: selectable({
    "regarding.kind": ({ regarding }) => regarding?.kind ?? "",
    "regarding.namespace": ({ regarding }) => regarding?.namespace ?? "",
    "regarding.name": ({ regarding }) => regarding?.name ?? "",
    "regarding.uid": ({ regarding }) => regarding?.uid ?? "",
    "regarding.apiVersion": ({ regarding }) => regarding?.apiVersion ?? "",
    "regarding.resourceVersion": ({ regarding }) => regarding?.resourceVersion ?? "",
    "regarding.fieldPath": ({ regarding }) => regarding?.fieldPath ?? "",
    reason: ({ reason }) => reason ?? "",
    reportingController: ({ reportingController }) => reportingController ?? "",
    type: ({ type }) => type ?? "",
  }),
  columns: coreEvent.columns.map((column) => ({
    ...column,
    value: (object, context) => column.value(toCoreEvent(object), context),
  })),
  strategy: {
    nameFormat: "dns-subdomain",
    allowsCreateOnUpdate: true,
    defaultPropagation: "unsupported",
    validate(object, errors, old) {
      const core = toCoreEvent(object);
      validateEvent(core, "reportingController", errors);
      if (!old) validateNewEvent(core, errors);
    },
    validateUpdate: (object, old, errors) => validateEventUpdate(toCoreEvent(object), toCoreEvent(old), errors),
  },
});

function toCoreEvent(newer: Event): CoreEvent {
  const { regarding, deprecatedSource, note, reportingController, ...others } = newer;
  const { deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount, ...same } = others;
  return {
    ...same,
    apiVersion: "v1",
    involvedObject: regarding ?? {},
    source: deprecatedSource,
    message: note,
    reportingComponent: reportingController,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    count: deprecatedCount,
  };
}

function fromCoreEvent(core: CoreEvent): Event {
  const { involvedObject, source, message, reportingComponent, ...others } = core;
  const { firstTimestamp, lastTimestamp, count, ...same } = others;
  return {
    ...same,
    apiVersion: "events.k8s.io/v1",
    regarding: involvedObject,
    deprecatedSource: source,
    note: message,
    reportingController: reportingComponent,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  } as Event; // Required times that core leaves out are written as null, as upstream does.
}
