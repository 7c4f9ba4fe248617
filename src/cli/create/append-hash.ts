import { createHash } from "node:crypto";

import { goJson } from "../../lib/json/json-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";

const HASH_LENGTH = 10;
/** Vowels and digits that look like them become others, so that no words come about. */
const SAFE: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

/** The end of a name that changes with the content: `settings-5m8mbh6t4k`, as kubectl and kustomize make it. */
export function contentHash(content: JsonObject): string {
  const hex = createHash("sha256").update(goJson(content)).digest("hex").slice(0, HASH_LENGTH);
  return Array.from(hex, (char) => SAFE[char] ?? char).join("");
}
