import { definitionOf } from "../../api/schema/schema.ts";
import { createTwoWayStrategicPatch } from "../../api/schema/strategic-diff.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { createMergePatch } from "../../lib/json/merge-patch.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import type { ApiObject } from "./api-object.ts";
import { PATCH_TYPES } from "./resource-requests.ts";

export interface ObjectPatch {
  readonly contentType: string;
  readonly patch: JsonObject;
}

/** What turns `before` into `after`: a strategic patch where the kind has a schema, else plain JSON that is merged. */
export function objectPatch(mapping: ResourceMapping, before: ApiObject, after: ApiObject): ObjectPatch {
  const definition = definitionOf(mapping);
  return definition === undefined
    ? { contentType: PATCH_TYPES.merge, patch: createMergePatch(before, after) }
    : { contentType: PATCH_TYPES.strategic, patch: createTwoWayStrategicPatch(definition, before, after) };
}

export const isEmptyPatch = ({ patch }: ObjectPatch): boolean => Object.keys(patch).length === 0;
