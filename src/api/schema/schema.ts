import lines from "./definitions.jsonl" with { type: "text" };
import metricsLines from "./metrics-definitions.jsonl" with { type: "text" };

/**
 * The facts of every type of the API, by the name of its OpenAPI definition: field types, defaults, merge keys, wire numbers.
 * They are text, one JSON object per line, written by scripts/update-schema.ts; a line is parsed when it is first asked for.
 * Those of metrics.k8s.io, which no API server of Kubernetes serves itself, have a file beside it.
 */
export interface Definition {
  /** `io.k8s.api.core.v1.Pod`. */
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  /** Absent for types with a JSON form of their own: Quantity, IntOrString, Time, RawExtension ... */
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly groupVersionKinds?: readonly GroupVersionKind[];
  /** `atomic`: server-side apply treats the object as one value. */
  readonly mapType?: "atomic" | "granular";
  /** As OpenAPI's x-kubernetes-unions. */
  readonly unions?: readonly Record<string, unknown>[];
  /** Travels on the wire but is not in the OpenAPI documents. */
  readonly unpublished?: true;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The type of a field, of a list's items or of a map's values. Nothing set: any JSON value. */
export interface ValueType {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  /** int32, int64, byte, double. */
  readonly format?: string;
  /** Name of a definition. */
  readonly ref?: string;
  readonly enum?: readonly string[];
  readonly items?: ValueType;
  readonly values?: ValueType;
}

export interface Field extends ValueType {
  /** Presence is kept: a zero value that the client sent is stored and returned. */
  readonly pointer?: true;
  /** Always written; this is what stands there when it is unset. `{}` is an object with its own such fields. */
  readonly zero?: unknown;
  readonly default?: unknown;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly listType?: "atomic" | "map" | "set";
  readonly listMapKeys?: readonly string[];
  readonly mapType?: "atomic" | "granular";
  /** Protobuf field number; several where the message nests what JSON inlines, outermost first. */
  readonly wire?: number | readonly number[];
  /** On the wire the list is the field `items` (1) of a message of its own. */
  readonly wireWrapped?: true;
  /** The Go type as error messages show it, where it does not follow from the rest: `v1.PullPolicy`. */
  readonly goType?: string;
}

const LINE_START = '{"name":"';

// All three are memories of constant text, not state: asking twice gives the same answer.
let lineByName: Map<string, string> | undefined;
let nameByKind: Map<string, string> | undefined;
const parsedByName = new Map<string, Definition>();

/** The definition of that name, or undefined when the API has none. */
export function findDefinition(name: string): Definition | undefined {
  const known = parsedByName.get(name);
  if (known) return known;
  lineByName ??= indexedLines();
  const line = lineByName.get(name);
  if (line === undefined) return undefined;
  // The file is ours and its test reads every line.
  const found = JSON.parse(line) as Definition;
  parsedByName.set(name, found);
  return found;
}

/** The definition of that name; asking for one that does not exist is a bug. */
export function definition(name: string): Definition {
  const found = findDefinition(name);
  if (!found) throw new Error(`No definition named "${name}"`);
  return found;
}

/** The name of a kind's definition, or undefined when the API has no such kind. */
export function definitionOf({ group, version, kind }: GroupVersionKind): string | undefined {
  nameByKind ??= new Map(
    definitionNames().flatMap((name) =>
      (definition(name).groupVersionKinds ?? []).map((each) => [kindKey(each), name] as const),
    ),
  );
  return nameByKind.get(kindKey({ group, version, kind }));
}

const kindKey = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;

/** In byte order. */
export function definitionNames(): readonly string[] {
  lineByName ??= indexedLines();
  return [...lineByName.keys()];
}

/** `io.k8s.api.core.v1.Pod` -> `Pod`. */
export const shortName = (definitionName: string): string => definitionName.slice(definitionName.lastIndexOf(".") + 1);

/** In byte order of the names. */
function indexedLines(): Map<string, string> {
  const found = [...indexed(lines), ...indexed(metricsLines)];
  return new Map(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function indexed(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end);
    found.set(line.slice(LINE_START.length, line.indexOf('"', LINE_START.length)), line);
    start = end + 1;
  }
  return found;
}
