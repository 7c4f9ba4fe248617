import { isJsonObject, type JsonObject } from "../../../lib/json/json-value.ts";
import { contentHash } from "../../create/append-hash.ts";
import type { Resources } from "../resource-list.ts";
import { kindOf, nameOf, type Resource, textOf, withMetadataField } from "../resource.ts";
import { remembered } from "./names.ts";

/** Adds a hash of their content to the names of generated resources, so that whoever uses them notices a change. */
export const withHashes = (resources: Resources): Resources =>
  resources.map((each) =>
    each.needsHash ? withMetadataField(remembered(each), "name", `${nameOf(each)}-${hashOf(each)}`) : each,
  );

function hashOf(resource: Resource): string {
  const { value } = resource;
  const optional = (field: string): JsonObject => (isJsonObject(value[field]) ? { [field]: value[field] } : {});
  // kustomize means to count the name in, but looks for it in a field named "metadata/name", which nothing has.
  const content = { kind: kindOf(resource), name: "", data: value["data"] ?? "" };
  if (kindOf(resource) === "ConfigMap") return contentHash({ ...content, ...optional("binaryData") });
  if (kindOf(resource) !== "Secret") return contentHash(value);
  return contentHash({ ...content, type: textOf(value, "type"), ...optional("stringData") });
}
