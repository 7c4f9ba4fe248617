import { shortName } from "../schema/schema.ts";
import texts from "./descriptions.json";

/** Our own short texts, by `Type` and `Type.field`; types of the same name mean the same thing. */
const TEXTS: Readonly<Record<string, string>> = texts;

/** What `kubectl explain` shows for a type, or for one of its fields. Undefined: it shows that there is no text. */
export function description(definitionName: string, field?: string): string | undefined {
  const type = shortName(definitionName);
  return TEXTS[field === undefined ? type : `${type}.${field}`] ?? (field === undefined ? undefined : COMMON[field]);
}

/** Fields that mean the same in every type. */
const COMMON: Readonly<Record<string, string>> = {
  apiVersion: "Group and version of the API that defines this object.",
  kind: "What this object is.",
  metadata: "Name, labels and what else every object has.",
  spec: "What is wanted.",
  status: "What was last observed.",
  items: "The objects.",
};
