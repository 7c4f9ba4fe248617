import { definitionOf } from "../../api/schema/schema.ts";
import { applyStrategicMerge } from "../../api/schema/strategic-merge.ts";
import { applyJsonPatch, JsonPatchError, parseJsonPatch } from "../../lib/json/json-patch.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { applyMergePatch } from "../../lib/json/merge-patch.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { stringFlag } from "../flags/flag.ts";
import { type ApiObject, apiVersionOf, groupOf, kindOf } from "./api-object.ts";

/** How a user changes what a command made from flags. */
export const overrideFlags = {
  overrides: stringFlag(
    "An inline JSON override for the generated object. If this is non-empty, it is used to override the generated object. Requires that the object supply a valid apiVersion field.",
  ),
  "override-type": stringFlag("The method used to override the generated object: json, merge, or strategic.", {
    default: "merge",
  }),
};

export function overridden(
  object: ApiObject,
  flags: { readonly overrides: string; readonly "override-type": string },
): ApiObject {
  if (flags.overrides === "") return object;
  const changed = changedObject(object, parsedOverrides(flags.overrides), flags["override-type"]);
  if (!isJsonObject(changed)) throw new UserError("the overrides leave no object");
  return changed;
}

function parsedOverrides(text: string) {
  try {
    return decodeYaml(text).value;
  } catch (error) {
    if (error instanceof YamlError) throw new UserError("Invalid JSON Patch");
    throw error;
  }
}

function changedObject(object: ApiObject, overrides: ReturnType<typeof parsedOverrides>, type: string) {
  switch (type) {
    case "merge":
      return applyMergePatch(object, overrides);
    case "strategic": {
      const version = apiVersionOf(object).split("/").at(-1) ?? "";
      const definition = definitionOf({ group: groupOf(object), version, kind: kindOf(object) });
      if (definition === undefined || !isJsonObject(overrides)) throw new UserError("the overrides are not an object");
      return applyStrategicMerge(definition, object, overrides);
    }
    case "json":
      try {
        return applyJsonPatch(object, parseJsonPatch(overrides));
      } catch (error) {
        if (error instanceof JsonPatchError) throw new UserError(error.message);
        throw error;
      }
    default:
      throw new UserError(`invalid override type: ${type}`);
  }
}
