import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../lib/json/json-value.ts";
import { type Gvk, gvkOf, type ResourceId, resourceId } from "./resource-id.ts";
import { scalarText } from "./scalar-text.ts";

export type Behavior = "unspecified" | "create" | "replace" | "merge";

/** An object on its way through a build, with what has happened to it: that is how references to it are found again. */
export interface Resource {
  readonly value: JsonObject;
  /** What it was called before each change of its name or namespace, the first name first. */
  readonly previous: readonly PreviousName[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Of generated ones: what becomes of another of the same name. */
  readonly behavior: Behavior;
  /** A hash of its content will be added to its name. */
  readonly needsHash: boolean;
  /** The names of the vars that take their value from it. */
  readonly vars: readonly string[];
  /** Of patches. */
  readonly allowsNameChange: boolean;
  readonly allowsKindChange: boolean;
}

interface PreviousName {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export const newResource = (value: JsonObject): Resource => ({
  value,
  previous: [],
  prefixes: [],
  suffixes: [],
  behavior: "unspecified",
  needsHash: false,
  vars: [],
  allowsNameChange: false,
  allowsKindChange: false,
});

export const textOf = (object: JsonObject, key: string): string => {
  const value = ownValue(object, key);
  return value === undefined || value === null ? "" : scalarText(value);
};

export function metadataOf({ value }: Resource): JsonObject {
  const metadata = value["metadata"];
  return isJsonObject(metadata) ? metadata : {};
}

export const kindOf = ({ value }: Resource): string => textOf(value, "kind");
export const nameOf = (resource: Resource): string => textOf(metadataOf(resource), "name");
export const namespaceOf = (resource: Resource): string => textOf(metadataOf(resource), "namespace");

export const gvkOfResource = ({ value }: Resource): Gvk => gvkOf(textOf(value, "apiVersion"), textOf(value, "kind"));

export const currentId = (resource: Resource): ResourceId =>
  resourceId(gvkOfResource(resource), nameOf(resource), namespaceOf(resource));

/** What it was called before, with the group and version that it has now. */
export function previousIds(resource: Resource): readonly ResourceId[] {
  const { group, version } = gvkOfResource(resource);
  return resource.previous.map((each) => ({ ...each, group, version, isClusterScoped: false }));
}

export const originalId = (resource: Resource): ResourceId => previousIds(resource)[0] ?? currentId(resource);

export const anyIds = (resource: Resource): readonly ResourceId[] => [...previousIds(resource), currentId(resource)];

/** The labels or annotations, as text. */
export function textMap(resource: Resource, field: "labels" | "annotations"): Record<string, string> {
  const map = metadataOf(resource)[field];
  if (!isJsonObject(map)) return {};
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, value === null || value === undefined ? "" : scalarText(value)]),
  );
}

export const withMetadataField = (resource: Resource, field: string, value: JsonValue | undefined): Resource => {
  const { [field]: _, ...rest } = metadataOf(resource);
  return {
    ...resource,
    value: { ...resource.value, metadata: value === undefined ? rest : { ...rest, [field]: value } },
  };
};

/** The map as it is written: always text, and not at all when it is empty. */
export const withTextMap = (
  resource: Resource,
  field: "labels" | "annotations",
  map: Readonly<Record<string, string>>,
): Resource => withMetadataField(resource, field, Object.keys(map).length === 0 ? undefined : { ...map });
