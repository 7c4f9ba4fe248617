import type { JsonObject } from "../../lib/json/json-value.ts";
import { nameSuffix } from "../../lib/random.ts";

/** A container as generators make it; the empty resources are what Go writes for the type. */
export function container(name: string, image: string, command: readonly string[]): JsonObject {
  return { name, image, ...(command.length > 0 ? { command: [...command] } : {}), resources: {} };
}

const SUFFIX_LENGTH = 5;

/** The last part of an image's name, made into a name for a container. */
export function containerName(image: string): string {
  const [name = ""] = (image.split("/").at(-1) ?? "").split(/[:@]/);
  if (!/[_.]/.test(name)) return name;
  return `${name.replaceAll(/[_.]/g, "-")}-${nameSuffix(SUFFIX_LENGTH)}`;
}
