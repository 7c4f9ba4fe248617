import { apiVersionOf } from "../resource-type.ts";
/** Which expressions of a policy do not fit the objects that it is about (apiserver/pkg/admission/plugin/policy/validating/typechecking.go). */
import type { GroupVersionKind } from "../schema/schema.ts";
import type { ExpressionWarning, ValidatingAdmissionPolicySpec } from "../types/admissionregistration-v1.ts";
import { compileExpression } from "./environment.ts";
import { type PolicyEnvironments, policyEnvironments } from "./policy-expressions.ts";
import { type CelSchema, type DeclaredType, declaredType, structsIn } from "./schema-type.ts";

/** A kind, and what its objects look like. */
export interface KnownKind {
  readonly kind: GroupVersionKind;
  readonly schema: CelSchema;
}

interface TypedEnvironments {
  readonly kind: GroupVersionKind;
  readonly environments: PolicyEnvironments;
}

/** `params` is undefined where the kind of parameters is not known. */
export function expressionWarnings(
  { paramKind, variables = [], validations = [] }: ValidatingAdmissionPolicySpec,
  kinds: readonly KnownKind[],
  params: KnownKind | undefined,
): readonly ExpressionWarning[] {
  const paramType = params && typeOf(params);
  const typed = kinds.map((known): TypedEnvironments => {
    const object = typeOf(known);
    const structs = structsIn(object, paramType);
    const types = {
      ...(object ? { object: object.type } : {}),
      ...(paramType ? { params: paramType.type } : {}),
      structs,
    };
    return { kind: known.kind, environments: policyEnvironments(variables, paramKind !== undefined, types) };
  });
  return validations.flatMap(({ expression, messageExpression = "" }, index) => {
    const path = `spec.validations[${index}]`;
    return [
      ...warningOf(`${path}.expression`, expression, typed),
      ...(messageExpression === "" ? [] : warningOf(`${path}.messageExpression`, messageExpression, typed)),
    ];
  });
}

/** A name that no variable has. */
const typeOf = ({ kind, schema }: KnownKind): DeclaredType | undefined => declaredType(schema, `${kind.kind}0`, true);

function warningOf(
  fieldRef: string,
  expression: string,
  typed: readonly TypedEnvironments[],
): readonly ExpressionWarning[] {
  const issues = typed.flatMap(({ kind, environments }) => {
    const { problem } = compileExpression(expression, environments.expressions);
    const groupVersion = kind.group === "" ? `/${kind.version}` : apiVersionOf(kind);
    return problem === undefined ? [] : [`${groupVersion}, Kind=${kind.kind}: compilation failed: ${problem}\n`];
  });
  return issues.length === 0 ? [] : [{ fieldRef, warning: issues.join("\n") }];
}
