import { LAST_APPLIED } from "../../feeds/shown-object.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { unifiedDiff } from "../../lib/unified-diff.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";

/** How an object differs from what was last applied to it, in the fields that were applied; undefined when nothing was. */
export function appliedDiff(object: JsonObject): string | undefined {
  const text = objectIn(objectIn(object, "metadata"), "annotations")[LAST_APPLIED];
  if (typeof text !== "string") return undefined;
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Parse edge: what was parsed as JSON is JSON.
  const wanted = withoutNothing(applied as JsonValue);
  return unifiedDiff(yamlText(wanted).trimEnd(), yamlText(inShapeOf(object, wanted) ?? {}).trimEnd());
}

/** Of `live`, what `shape` speaks about. Elements of lists belong together by name, else by place; more elements are a difference. */
function inShapeOf(live: JsonValue | undefined, shape: JsonValue): JsonValue | undefined {
  if (isJsonObject(live) && isJsonObject(shape)) {
    const kept = Object.entries(shape).flatMap(([key, value]) => {
      const own = value === undefined ? undefined : inShapeOf(live[key], value);
      return own === undefined ? [] : [[key, own] as const];
    });
    return Object.fromEntries(kept);
  }
  if (Array.isArray(live) && Array.isArray(shape))
    return live.map((element, at) => {
      const partner = shape.find((each) => nameOf(each) !== undefined && nameOf(each) === nameOf(element)) ?? shape[at];
      return partner === undefined ? element : (inShapeOf(element, partner) ?? null);
    });
  return live;
}

const nameOf = (value: JsonValue): JsonValue | undefined => (isJsonObject(value) ? value["name"] : undefined);

/** Apply writes down empty annotations and null for what has nothing. */
function withoutNothing(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([, each]) => each !== null && !(isJsonObject(each) && Object.keys(each).length === 0),
  );
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNothing(each as JsonValue)]));
}
