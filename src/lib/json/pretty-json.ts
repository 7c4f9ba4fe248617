/** JSON on many lines with sorted keys: where two values are compared as text, only their content differs. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => sorted(each), 1);
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
