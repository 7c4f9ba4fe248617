/**
 * The language as Kubernetes v1.36 offers it: the libraries of apiserver/pkg/cel/environment/base.go, limits of costs, and the
 * checks of literals.
 */
import type { CelEnvironment, CelTypes } from "../../lib/cel/environment.ts";
import { withVariables } from "../../lib/cel/environment.ts";
import { LIST_FUNCTIONS } from "../../lib/cel/extensions-lists.ts";
import { OPTIONAL_FUNCTIONS } from "../../lib/cel/extensions-optional.ts";
import { STRING_FUNCTIONS } from "../../lib/cel/extensions-strings.ts";
import { functionTable } from "../../lib/cel/functions.ts";
import { OPTIONAL_MACROS, SORT_BY_MACRO, STANDARD_MACROS, TWO_VARIABLE_MACROS } from "../../lib/cel/macros.ts";
import { compile, type Compilation } from "../../lib/cel/program.ts";
import { CONVERSIONS } from "../../lib/cel/stdlib-conversions.ts";
import { OPERATORS } from "../../lib/cel/stdlib-operators.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  NULL,
  optionalType,
  STRING,
  TIMESTAMP,
  TYPE,
  UINT,
} from "../../lib/cel/types.ts";
import { CelError, EntryMap } from "../../lib/cel/values.ts";
import { AUTHORIZER_FUNCTIONS } from "./authorizer.ts";
import { callCosts } from "./call-costs.ts";
import { JSON_PATCH_FUNCTIONS, LIST_AND_TEXT_FUNCTIONS } from "./lists-and-texts.ts";
import { validateLiterals } from "./literal-checks.ts";
import { FORMAT_FUNCTIONS } from "./named-formats.ts";
import { NETWORK_FUNCTIONS } from "./network.ts";
import { QUANTITY_FUNCTIONS } from "./quantity.ts";
import { SEMVER_FUNCTIONS } from "./semantic-version.ts";
import { URL_FUNCTIONS } from "./url.ts";

/** What one expression may cost. */
export const PER_CALL_LIMIT = 1_000_000;
/** What all expressions of a policy binding or of a custom resource may cost together. */
export const TOTAL_BUDGET = 10_000_000;
/** What all match conditions of a webhook or a policy may cost together. */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;

/** Names that are values of type `type`. */
const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map([
  ...[BOOL, BYTES, DOUBLE, INT, STRING, UINT, TYPE, DURATION, TIMESTAMP].map((type): [string, CelType] => [
    type.name,
    type,
  ]),
  ["list", listType(DYN)],
  ["map", mapType(DYN, DYN)],
  ["null_type", NULL],
  ["optional_type", optionalType(DYN)],
]);

/** Struct types by their names; fields by theirs. */
export type StructTypes = ReadonlyMap<string, ReadonlyMap<string, CelType>>;

const typesWith = (structs: StructTypes): CelTypes => ({
  named(name) {
    return structs.has(name) ? { kind: "struct", name, parameters: [] } : TYPE_NAMES.get(name);
  },
  field: (struct, field) => structs.get(struct)?.get(field),
  create(struct, fields) {
    if (!structs.has(struct)) throw new CelError(`unknown type '${struct}'`);
    return new EntryMap(fields);
  },
});

const FUNCTIONS = [
  ...OPERATORS,
  ...CONVERSIONS,
  ...STRING_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...OPTIONAL_FUNCTIONS,
  ...URL_FUNCTIONS,
  ...LIST_AND_TEXT_FUNCTIONS,
  ...QUANTITY_FUNCTIONS,
  ...NETWORK_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...SEMVER_FUNCTIONS,
  ...AUTHORIZER_FUNCTIONS,
];

const BASE: CelEnvironment = {
  variables: new Map(),
  functions: functionTable(FUNCTIONS),
  macros: [...STANDARD_MACROS, ...OPTIONAL_MACROS, ...TWO_VARIABLE_MACROS, SORT_BY_MACRO],
  types: typesWith(new Map()),
  callCosts,
};

const MUTATION_FUNCTIONS = functionTable([...FUNCTIONS, ...JSON_PATCH_FUNCTIONS]);

/** An environment for expressions about `variables`, whose types may be structs. */
export function celEnvironment(
  variables: Iterable<readonly [string, CelType]>,
  structs: StructTypes = new Map(),
): CelEnvironment {
  const environment = structs.size === 0 ? BASE : { ...BASE, types: typesWith(structs) };
  return withVariables(environment, variables);
}

/** With what expressions need that make patches; types know how to make values. */
export const mutationEnvironment = (variables: Iterable<readonly [string, CelType]>, types: CelTypes): CelEnvironment =>
  withVariables({ ...BASE, functions: MUTATION_FUNCTIONS, types }, variables);

/** Compiles with the checks of literals that Kubernetes makes. */
export const compileExpression = (expression: string, environment: CelEnvironment): Compilation =>
  compile(expression, environment, [validateLiterals]);
