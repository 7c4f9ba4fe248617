import { definitionOf } from "../../api/schema/schema.ts";
import { createThreeWayStrategicPatch } from "../../api/schema/strategic-diff.ts";
import { applyStrategicMerge } from "../../api/schema/strategic-merge.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { applyMergePatch, createThreeWayMergePatch } from "../../lib/json/merge-patch.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { PATCH_TYPES } from "../objects/resource-requests.ts";
import { lastApplied } from "./last-applied.ts";

export interface ApplyPatch {
  readonly contentType: string;
  readonly patch: JsonObject;
}

/** From what was applied last, what is wanted now and what the server has: the patch of kubectl apply. */
export function applyPatch(mapping: ResourceMapping, modified: JsonObject, current: JsonObject): ApplyPatch {
  const original = lastApplied(current) ?? {};
  const definition = definitionOf(mapping);
  // Kinds without a schema, as of custom resources, merge as plain JSON.
  if (definition === undefined)
    return { contentType: PATCH_TYPES.merge, patch: createThreeWayMergePatch(original, modified, current) };
  return {
    contentType: PATCH_TYPES.strategic,
    patch: createThreeWayStrategicPatch(definition, { original, modified, current }),
  };
}

/** What the server would make of the patch, for dry runs without it. */
export function locallyPatched(mapping: ResourceMapping, current: JsonObject, { patch }: ApplyPatch): JsonObject {
  const definition = definitionOf(mapping);
  if (definition !== undefined) return applyStrategicMerge(definition, current, patch);
  const patched = applyMergePatch(current, patch);
  return isJsonObject(patched) ? patched : {};
}

export const isEmptyPatch = ({ patch }: ApplyPatch): boolean => Object.keys(patch).length === 0;
