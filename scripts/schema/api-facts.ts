/** The file of API facts: every definition of a Kubernetes version with its fields, wire numbers and REST paths; no texts. */
export interface ApiFacts {
  version: string;
  definitions: Record<string, DefinitionFacts>;
  /** Types that travel on the wire but are not in the OpenAPI documents. */
  "wire-definitions": Record<string, DefinitionFacts>;
  operations: Record<string, Record<string, OperationFacts>>;
  protobuf: Record<string, Record<string, WireFacts>>;
}

export interface DefinitionFacts {
  type?: string;
  format?: string;
  properties?: Record<string, FieldFacts>;
  required?: string[];
  "group-version-kind"?: Gvk[];
  "map-type"?: string;
  unions?: unknown[];
}

export interface FieldFacts {
  type?: string;
  format?: string;
  ref?: string;
  items?: FieldFacts;
  values?: FieldFacts;
  enum?: string[];
  pointer?: boolean;
  zero?: unknown;
  default?: unknown;
  "patch-strategy"?: string;
  "patch-merge-key"?: string;
  "list-type"?: string;
  "list-map-keys"?: string[];
  "map-type"?: string;
}

export interface WireFacts {
  number: number;
  type?: string;
  map?: [string, string];
  repeated?: boolean;
  json?: string;
  inline?: boolean;
}

export interface Gvk {
  group: string;
  version: string;
  kind: string;
}

interface OperationFacts {
  action: string;
  gvk?: Gvk;
}

/** First line of every generated source. */
export const generatedHeader = (facts: ApiFacts): string =>
  `// Written by scripts/update-schema.ts from the facts of Kubernetes ${facts.version}. Do not edit.\n`;

/** `io.k8s.api.core.v1.Pod` -> { file: "core-v1", type: "Pod" }. */
export function placeOf(name: string): { file: string; type: string } {
  const parts = name.split(".");
  const type = parts.at(-1) ?? name;
  const version = parts.at(-2) ?? "";
  if (!/^v\d/.test(version)) return { file: `meta-v1`, type };
  return { file: `${(parts.at(-3) ?? "").replaceAll("_", "-")}-${version}`, type };
}
