import { findDefinition, shortName } from "../schema/schema.ts";
import texts from "./descriptions.json";

/** Our own short texts: by type and field; those of the types themselves are under "". Types of the same name mean the same. */
const TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = texts;

/** Types whose fields are those of another. */
const LIKE: Readonly<Record<string, string>> = { EphemeralContainer: "Container" };

/** Fields that mean the same in every kind. */
export const COMMON_TEXTS: Readonly<Record<string, string>> = {
  apiVersion: "APIVersion defines the group and version of the API that this object is of.",
  kind: "What this object is.",
  metadata: "Standard object's metadata: name, labels and what else every object has.",
  spec: "What is wanted.",
  status: "What was last observed.",
  items: "The objects.",
};

/** What `kubectl explain` shows for a type, or for one of its fields. Undefined: it shows that there is no text. */
export function description(definitionName: string, field = ""): string | undefined {
  const type = shortName(definitionName);
  const own = TEXTS[type]?.[field];
  if (own !== undefined || field === "") return own;
  return TEXTS[LIKE[type] ?? ""]?.[field] ?? (isKind(definitionName) ? COMMON_TEXTS[field] : undefined);
}

/** In references and conditions, `kind` and `status` mean something else. */
const isKind = (definitionName: string): boolean => findDefinition(definitionName)?.groupVersionKinds !== undefined;
