import type { JsonValue } from "../../lib/json/json-value.ts";

/** Upstream stops counting there (sigs.k8s.io/json). */
const MOST_FINDINGS = 100;

/**
 * What fieldValidation reports, in upstream's words and in the order of the document: `unknown field "spec.foo"`,
 * `duplicate field "spec.replicas"`. What stands below an unknown field is skipped there and so not reported here.
 */
export function strictFindings(findings: {
  readonly unknownFields: readonly string[];
  readonly duplicates: readonly string[];
  /** Every path of the document in its order; needed when there are duplicates. */
  readonly paths?: readonly string[] | undefined;
  readonly value: JsonValue;
}): string[] {
  const { unknownFields, duplicates, value } = findings;
  if (unknownFields.length + duplicates.length === 0) return [];
  if (unknownFields.length === 1 && duplicates.length === 0) return [unknownField(unknownFields[0] ?? "")];
  const unknown = new Set(unknownFields);
  const timesSeen = new Map<string, number>();
  const found = new Set<string>();
  for (const path of findings.paths ?? pathsOf(value)) {
    const seen = (timesSeen.get(path) ?? 0) + 1;
    timesSeen.set(path, seen);
    if (unknown.has(path)) found.add(unknownField(path));
    else if (seen > 1 && !isBelow(path, unknown)) found.add(`duplicate field ${JSON.stringify(path)}`);
  }
  return [...found].slice(0, MOST_FINDINGS);
}

export const unknownField = (path: string): string => `unknown field ${JSON.stringify(path)}`;

function isBelow(path: string, unknown: ReadonlySet<string>): boolean {
  for (const parent of unknown) if (path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`)) return true;
  return false;
}

function* pathsOf(value: unknown, path = ""): Generator<string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* pathsOf(item, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      const childPath = path === "" ? key : `${path}.${key}`;
      yield childPath;
      yield* pathsOf(child, childPath);
    }
  }
}
