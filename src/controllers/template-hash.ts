import type { PodTemplateSpec } from "../api/types/core-v1.ts";

const TEMPLATE_HASH_LABEL = "pod-template-hash";

/** Without letters and digits that could form words or be mistaken: the encoding of upstream's rand.SafeEncodeString. */
const SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/**
 * Names a revision of a template. Equal templates have equal hashes whatever the order of their fields. The value differs
 * from upstream's, which hashes Go's printed form of the structs; clients only ever compare it.
 */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = canonicalJson(template) + (collisionCount === undefined ? "" : String(collisionCount));
  return String(fnv32a(text)).replaceAll(/\d/g, (digit) =>
    SAFE_ALPHABET.charAt(digit.charCodeAt(0) % SAFE_ALPHABET.length),
  );
}

/** Whether two templates are the same revision: their hash labels do not count. */
export function isSameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return Bun.deepEquals(withoutHash(a), withoutHash(b));
}

export function withHash(labels: Readonly<Record<string, string>> | undefined, hash: string): Record<string, string> {
  return { ...labels, [TEMPLATE_HASH_LABEL]: hash };
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  if (template.metadata?.labels?.[TEMPLATE_HASH_LABEL] === undefined) return template;
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** With the fields of every object in order, as Go's maps are written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
