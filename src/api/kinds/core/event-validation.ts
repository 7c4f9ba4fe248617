import { checkFormat, checkImmutable } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import { dnsSubdomainProblems, labelKeyProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { Event } from "../../types/core-v1.ts";

const SHORT_TEXT_MAX_BYTES = 128;
const NOTE_MAX_BYTES = 1024;

/**
 * What every event must be (legacyValidateEvent). Events with an eventTime follow the newer rules, also in the older API;
 * `reporter` is what the API in use calls the controller.
 */
export function validateEvent(
  event: Event,
  reporter: "reportingComponent" | "reportingController",
  errors: FieldErrors,
): void {
  const { metadata, involvedObject } = event;
  const namespace = metadata.namespace ?? "";
  const involvedNamespace = involvedObject.namespace ?? "";
  if (!isInPlace(namespace, involvedNamespace, event.eventTime)) {
    errors.invalid("involvedObject.namespace", involvedNamespace, "does not match event.namespace");
  }
  if (event.eventTime) validateNewFields(event, reporter, errors);
  checkFormat(namespace, dnsSubdomainProblems(namespace), "namespace", errors);
}

/** An event is in the namespace of what it is about; of things without a namespace it is in one of the system's. */
function isInPlace(namespace: string, involvedNamespace: string, eventTime: string | undefined): boolean {
  if (!eventTime)
    return involvedNamespace === "" ? ["", "default"].includes(namespace) : involvedNamespace === namespace;
  return involvedNamespace !== "" || ["default", "kube-system"].includes(namespace);
}

function validateNewFields(event: Event, reporter: string, errors: FieldErrors): void {
  const { reportingComponent = "", reportingInstance, action, reason, message = "" } = event;
  if (!reportingComponent) errors.required(reporter, "");
  checkFormat(reportingComponent, labelKeyProblems(reportingComponent), reporter, errors);
  checkShortText(reportingInstance, "reportingInstance", errors);
  checkShortText(action, "action", errors);
  checkShortText(reason, "reason", errors);
  if (Buffer.byteLength(message) > NOTE_MAX_BYTES) {
    errors.invalid("message", "", `can have at most ${NOTE_MAX_BYTES} characters`);
  }
}

function checkShortText(text: string | undefined, path: string, errors: FieldErrors): void {
  if (!text) errors.required(path, "");
  else if (Buffer.byteLength(text) > SHORT_TEXT_MAX_BYTES) {
    errors.invalid(path, "", `can have at most ${SHORT_TEXT_MAX_BYTES} characters`);
  }
}

/** What events.k8s.io asks besides, of new events; the paths are those of core's fields. */
export function validateNewEvent(event: Event, errors: FieldErrors): void {
  const { eventTime, type = "", firstTimestamp, lastTimestamp, count, source } = event;
  validateSeries(event, errors);
  if (!eventTime) errors.required("eventTime", "");
  if (type !== "Normal" && type !== "Warning") errors.invalid("type", "", `has invalid value: ${type}`);
  const unset = { firstTimestamp, lastTimestamp, count, source: source?.component || source?.host };
  for (const [path, value] of Object.entries(unset)) if (value) errors.invalid(path, "", "needs to be unset");
}

/** In events.k8s.io only the series of an event goes on. */
export function validateEventUpdate(event: Event, old: Event, errors: FieldErrors): void {
  if (!semanticEqual(event.series, old.series)) validateSeries(event, errors);
  for (const field of IMMUTABLE_FIELDS) checkImmutable(event[field], old[field], field, errors);
  if (microseconds(event.eventTime) !== microseconds(old.eventTime)) {
    checkImmutable(event.eventTime, old.eventTime, "eventTime", errors);
  }
  checkImmutable(event.action, old.action, "action", errors);
  checkImmutable(event.related, old.related, "related", errors);
  checkImmutable(event.reportingComponent, old.reportingComponent, "reportingController", errors);
  checkImmutable(event.reportingInstance, old.reportingInstance, "reportingInstance", errors);
}

const IMMUTABLE_FIELDS = [
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "type",
] as const;

/** Clients differ in how many digits they keep; the first six count. */
const microseconds = (time: string | undefined): string | undefined => time?.replace(/(\.\d{6})\d+/, "$1");

function validateSeries({ series }: Event, errors: FieldErrors): void {
  if (!series) return;
  if ((series.count ?? 0) < 2) errors.invalid("series.count", "", "should be at least 2");
  if (!series.lastObservedTime) errors.required("series.lastObservedTime", "");
}
