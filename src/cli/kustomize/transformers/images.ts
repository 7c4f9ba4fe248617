import { RE2JS } from "re2js";

import { cloneJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json/json-value.ts";
import { type FieldSpec, withFieldsChanged } from "../field-spec.ts";
import type { Resources } from "../resource-list.ts";
import { kindOf } from "../resource.ts";
import { scalarText } from "../scalar-text.ts";

/** What becomes of an image; empty fields leave things as they are. */
export interface ImageChange {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

/** In containers wherever they are, and in the fields that the specs mean. */
export function withImage(resources: Resources, change: ImageChange, specs: readonly FieldSpec[]): Resources {
  return resources.map((resource) => {
    if (kindOf(resource) === "CustomResourceDefinition") return resource;
    const value = cloneJson(resource.value);
    changeContainers(value, change);
    return withFieldsChanged(
      { ...resource, value },
      specs,
      (slot) => slot.set(changedImage(scalarText(slot.value), change)),
      undefined,
    );
  });
}

const CONTAINER_LISTS = new Set(["containers", "initContainers"]);

function changeContainers(value: JsonValue, change: ImageChange): void {
  if (Array.isArray(value)) for (const item of value) changeContainers(item, change);
  if (!isJsonObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    changeContainers(inner, change);
    if (!CONTAINER_LISTS.has(key) || !Array.isArray(inner)) continue;
    for (const container of inner) if (isJsonObject(container)) changeContainer(container, change);
  }
}

function changeContainer(container: JsonObject, change: ImageChange): void {
  const { image } = container;
  if (typeof image === "string") container["image"] = changedImage(image, change);
}

/** `name[:tag][@digest]` with what is to change of it, if it is the image that is meant. */
export function changedImage(image: string, change: ImageChange): string {
  if (!RE2JS.matches(`${change.name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?`, image)) return image;
  const old = imageParts(image);
  const { newName, newTag, digest, tagSuffix } = change;
  const [tag, hash] = newTag
    ? [newTag, digest ?? ""]
    : digest
      ? ["", digest]
      : tagSuffix
        ? [old.tag + tagSuffix, ""]
        : [old.tag, old.digest];
  return `${newName || old.name}${tag === "" ? "" : `:${tag}`}${hash === "" ? "" : `@${hash}`}`;
}

function imageParts(image: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const slash = Math.max(image.indexOf("/"), 0);
  const at = image.indexOf("@", slash);
  const colon = image.indexOf(":", slash);
  if (at >= 0 && (colon < 0 || at < colon)) return { name: image.slice(0, at), tag: "", digest: image.slice(at + 1) };
  if (colon < 0) return { name: image, tag: "", digest: "" };
  return {
    name: image.slice(0, colon),
    tag: image.slice(colon + 1, at < 0 ? undefined : at),
    digest: at < 0 ? "" : image.slice(at + 1),
  };
}
