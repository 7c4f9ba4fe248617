import type { Event } from "../../api/types/core-v1.ts";
import { goText } from "../../lib/go/go-text.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { type ApiObject, annotationsOf, labelsOf, nameOf, namespaceOf } from "../objects/api-object.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { annotations, labelLines } from "./values.ts";

/** Any object, field by field: for kinds without a description of their own. */
export function genericText(object: ApiObject, events: readonly Event[] | undefined, now: number): string {
  const out = new DescribeText();
  out.line(0, "Name:", nameOf(object));
  out.line(0, "Namespace:", namespaceOf(object));
  out.multiline(0, "Labels:", labelLines(labelsOf(object)));
  annotations(out, 0, "Annotations", annotationsOf(object));
  fields(out, 0, object, "");
  eventsSection(out, events, now);
  return out.toString();
}

/** Shown at the top, or of no interest. */
const SKIPPED = new Set(
  ["managedFields", "name", "namespace", "labels", "annotations"].map((key) => `.metadata.${key}`),
);

function fields(out: DescribeText, level: number, object: JsonObject, parent: string): void {
  for (const key of Object.keys(object).toSorted()) {
    const path = `${parent}.${key}`;
    if (SKIPPED.has(path)) continue;
    const value = object[key];
    const title = `${fieldTitle(key)}:`;
    if (isJsonObject(value)) {
      out.line(level, title);
      fields(out, level + 1, value, path);
    } else if (Array.isArray(value)) {
      out.line(level, title);
      for (const item of value) {
        if (isJsonObject(item)) fields(out, level + 1, item, path);
        else out.line(level + 1, scalarText(item));
      }
    } else out.line(level, title, scalarText(value));
  }
}

const scalarText = (value: JsonValue | undefined): string => (value === null ? "<nil>" : goText(value));

const ACRONYMS = new Set(["API", "URL", "UID", "GUID"]);

/** `podIP` is shown as `Pod IP`, `apiVersion` as `API Version`. */
export function fieldTitle(key: string): string {
  if (!/^[\p{L}-]*$/u.test(key)) return key;
  const words = key.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}|-+/gu) ?? [];
  return words
    .map((word) => {
      if (ACRONYMS.has(word.toUpperCase())) return word.toUpperCase();
      return word === word.toLowerCase() ? `${word.charAt(0).toUpperCase()}${word.slice(1)}` : word;
    })
    .join(" ");
}
