import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { type ApiObject, apiVersionOf, kindOf } from "../objects/api-object.ts";

/** Live and merged state of one object; undefined where there is none. */
export interface DiffPair {
  readonly live: ApiObject | undefined;
  readonly merged: ApiObject | undefined;
}

/** Shows that values of a Secret differ without showing them. */
export function maskedSecret({ live, merged }: DiffPair): DiffPair {
  const shown = merged ?? live;
  if (!shown || apiVersionOf(shown) !== "v1" || kindOf(shown) !== "Secret") return { live, merged };
  const before = live && isJsonObject(live["data"]) ? live["data"] : undefined;
  const after = merged && isJsonObject(merged["data"]) ? merged["data"] : undefined;
  const mask = (own: JsonObject | undefined, other: JsonObject | undefined, note: string): JsonObject | undefined =>
    own &&
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => {
        const differs = other?.[key] !== undefined && other[key] !== value;
        return [key, differs ? `*** (${note})` : "***"];
      }),
    );
  const withData = (object: ApiObject, data: JsonObject | undefined): ApiObject =>
    data ? { ...object, data } : object;
  return {
    live: live && withData(live, mask(before, after, "before")),
    merged: merged && withData(merged, mask(after, before, "after")),
  };
}
