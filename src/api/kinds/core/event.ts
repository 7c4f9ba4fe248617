import type { Kind } from "../../kind.ts";
import { events } from "../../resources.ts";
import type { Event } from "../../types/core-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const event: Kind<Event> = defineKind<Event>({
  type: events,
  shortNames: ["ev"],
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
  },
});
