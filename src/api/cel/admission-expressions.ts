/** What expressions of webhooks and policies speak of (apiserver/pkg/admission/plugin/cel/compile.go). */
import type { CelEnvironment, CelTypes } from "../../lib/cel/environment.ts";
import { withVariables } from "../../lib/cel/environment.ts";
import type { Compilation } from "../../lib/cel/program.ts";
import {
  BOOL,
  type CelType,
  DYN,
  INT,
  listType,
  mapType,
  sameType,
  STRING,
  structType,
  TIMESTAMP,
} from "../../lib/cel/types.ts";
import { AUTHORIZER, RESOURCE_CHECK } from "./authorizer.ts";
import { celEnvironment, compileExpression, mutationEnvironment, type StructTypes } from "./environment.ts";
import { MUTATION_TYPES } from "./mutation-types.ts";

/** Which of the optional variables there are. */
export interface ExpressionScope {
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** Expressions that make patches. */
  readonly isMutation?: boolean;
}

/** Variables that a policy defines, in their order, with the types of what they are. */
export type PolicyVariables = ReadonlyMap<string, CelType>;

const KIND = structType("kubernetes.GroupVersionKind");
const RESOURCE = structType("kubernetes.GroupVersionResource");
const USER = structType("kubernetes.UserInfo");
const REQUEST = structType("kubernetes.AdmissionRequest");
const NAMESPACE = structType("kubernetes.Namespace");
const NAMESPACE_METADATA = structType("kubernetes.NamespaceMetadata");
const NAMESPACE_SPEC = structType("kubernetes.NamespaceSpec");
const NAMESPACE_STATUS = structType("kubernetes.NamespaceStatus");
const NAMESPACE_CONDITION = structType("kubernetes.NamespaceCondition");
const VARIABLES = structType("kubernetes.variables");

const STRINGS = listType(STRING);

const fields = (struct: CelType, own: Readonly<Record<string, CelType>>): [string, ReadonlyMap<string, CelType>] => [
  struct.name,
  new Map(Object.entries(own)),
];

const STRUCTS: StructTypes = new Map([
  fields(KIND, { group: STRING, version: STRING, kind: STRING }),
  fields(RESOURCE, { group: STRING, version: STRING, resource: STRING }),
  fields(USER, { username: STRING, uid: STRING, groups: STRINGS, extra: mapType(STRING, STRINGS) }),
  fields(REQUEST, {
    kind: KIND,
    resource: RESOURCE,
    subResource: STRING,
    requestKind: KIND,
    requestResource: RESOURCE,
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: USER,
    dryRun: BOOL,
    options: DYN,
  }),
  fields(NAMESPACE, { metadata: NAMESPACE_METADATA, spec: NAMESPACE_SPEC, status: NAMESPACE_STATUS }),
  fields(NAMESPACE_METADATA, {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapType(STRING, STRING),
    annotations: mapType(STRING, STRING),
    UID: STRING,
    uid: STRING,
    resourceVersion: STRING,
    generation: INT,
    creationTimestamp: TIMESTAMP,
    deletionTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    finalizers: STRINGS,
  }),
  fields(NAMESPACE_SPEC, { finalizers: STRINGS }),
  fields(NAMESPACE_STATUS, { phase: STRING, conditions: listType(NAMESPACE_CONDITION) }),
  fields(NAMESPACE_CONDITION, {
    type: STRING,
    status: STRING,
    lastTransitionTime: TIMESTAMP,
    reason: STRING,
    message: STRING,
  }),
]);

const BASE_VARIABLES: readonly (readonly [string, CelType])[] = [
  ["object", DYN],
  ["oldObject", DYN],
  ["request", REQUEST],
  ["namespaceObject", NAMESPACE],
];

/** What is known of the objects, when something is: with its struct types. */
export interface KnownTypes {
  readonly object?: CelType;
  readonly params?: CelType;
  readonly structs?: StructTypes;
}

/** An environment for the expressions of one place. `objectType` is what is known of the objects, when something is. */
export function admissionEnvironment(
  { hasParams, hasAuthorizer, isMutation = false }: ExpressionScope,
  variables: PolicyVariables = new Map(),
  known: KnownTypes = {},
): CelEnvironment {
  const all: [string, CelType][] = [
    ...BASE_VARIABLES.map(([name, type]): [string, CelType] => [name, type]),
    ...(known.object
      ? [["object", known.object] as [string, CelType], ["oldObject", known.object] as [string, CelType]]
      : []),
    ...(hasParams ? [["params", known.params ?? DYN] as [string, CelType]] : []),
    ...(hasAuthorizer
      ? [
          ["authorizer", AUTHORIZER] as [string, CelType],
          ["authorizer.requestResource", RESOURCE_CHECK] as [string, CelType],
        ]
      : []),
    ["variables", VARIABLES],
  ];
  const structs = new Map([...STRUCTS, ...(known.structs ?? []), [VARIABLES.name, variables] as const]);
  if (!isMutation) return celEnvironment(all, structs);
  const base = celEnvironment([], structs);
  return mutationEnvironment(all, withMutationTypes(base.types));
}

/** Objects and patches can be made by name: `Object{spec: Object.spec{...}}`, `JSONPatch{op: ...}`. */
const withMutationTypes = (types: CelTypes): CelTypes => ({
  named: (name) => MUTATION_TYPES.named(name) ?? types.named(name),
  field: (struct, field) => MUTATION_TYPES.field(struct, field) ?? types.field(struct, field),
  create: (struct, values) =>
    MUTATION_TYPES.named(struct) ? MUTATION_TYPES.create(struct, values) : types.create(struct, values),
});

/** Without variables of a policy: match conditions have none. */
export const withoutVariables = (environment: CelEnvironment): CelEnvironment => {
  const { variables, ...rest } = environment;
  return withVariables(
    { ...rest, variables: new Map() },
    [...variables].filter(([name]) => name !== "variables"),
  );
};

/** Compiles an expression that must be of one of some types; the problem is in upstream's words. */
export function compileTyped(expression: string, environment: CelEnvironment, wanted: readonly CelType[]): Compilation {
  const compiled = compileExpression(expression, environment);
  if (!compiled.program) return { problem: `compilation failed: ${compiled.problem}` };
  const { resultType } = compiled.program;
  if (wanted.some((type) => sameType(type, resultType) || type.kind === "any")) return compiled;
  const found = typeText(resultType);
  const [only = DYN] = wanted;
  if (wanted.length === 1) return { problem: `must evaluate to ${typeText(only)} but got ${found}` };
  return { problem: `must evaluate to one of [${wanted.map(typeText).join(" ")}] but got ${found}` };
}

const typeText = (type: CelType): string =>
  type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(typeText).join(", ")})`;
