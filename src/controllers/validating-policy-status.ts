import { definitionSchema } from "../api/cel/definition-schema.ts";
import { expressionWarnings, type KnownKind } from "../api/cel/policy-type-check.ts";
import type { CelSchema } from "../api/cel/schema-type.ts";
import type { Kind } from "../api/kind.ts";
import { apiVersionOf } from "../api/resource-type.ts";
import { customresourcedefinitions, validatingadmissionpolicies } from "../api/resources.ts";
import type { NamedRuleWithOperations, ValidatingAdmissionPolicy } from "../api/types/admissionregistration-v1.ts";
import type { CustomResourceDefinition } from "../api/types/apiextensions-v1.ts";
import { updateStatus, type Action } from "./actions.ts";
import { defineController, watch, type Controller } from "./controller.ts";

/** More kinds of one rule are not looked at. */
const MOST_KINDS = 10;

/** A resource that rules may name. Its schema is made when it is needed. */
interface KnownResource {
  readonly type: { readonly group: string; readonly version: string; readonly kind: string; readonly resource: string };
  readonly schema: () => CelSchema;
}

interface PolicySnapshot {
  readonly policy: ValidatingAdmissionPolicy;
  readonly resources: readonly KnownResource[];
}

/** Says in the status of policies which of their expressions do not fit the kinds that their rules name. */
export function validatingPolicyStatusController(kinds: readonly Kind[]): Controller {
  const builtIn = kinds.map(({ type, definition }): KnownResource => ({
    type,
    schema: () => definitionSchema(definition),
  }));
  return defineController({
    name: "validatingadmissionpolicy-status-controller",
    connect({ informers }) {
      const policies = informers.informer(validatingadmissionpolicies);
      const definitions = informers.informer(customresourcedefinitions);
      return {
        watches: [watch(policies, ({ metadata }) => [metadata.name ?? ""])],
        snapshot(key): PolicySnapshot | undefined {
          const policy = policies.get(key);
          return policy && { policy, resources: [...builtIn, ...definitions.list().flatMap(customResources)] };
        },
      };
    },
    reconcile: policyStatusActions,
  });
}

function customResources({ spec: { group, names, versions } }: CustomResourceDefinition): readonly KnownResource[] {
  return versions.map(({ name, schema }) => ({
    type: { group, version: name, kind: names.kind, resource: names.plural },
    // The part of a schema that expressions look at is spelled as in the definition.
    schema: () => (schema?.openAPIV3Schema ?? {}) as CelSchema,
  }));
}

function policyStatusActions({ policy, resources }: PolicySnapshot): readonly Action[] {
  const { metadata, spec = {}, status } = policy;
  const generation = metadata.generation ?? 0;
  if (generation <= (status?.observedGeneration ?? 0)) return [];
  const wanted = new Set((spec.matchConstraints?.resourceRules ?? []).flatMap((rule) => namedBy(rule, resources)));
  const kinds = [...wanted].map(knownKind).toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  const { apiVersion, kind } = spec.paramKind ?? {};
  const params = resources.find(({ type }) => type.kind === kind && apiVersionOf(type) === apiVersion);
  const warnings = expressionWarnings(spec, kinds, params && knownKind(params));
  const typeChecking = warnings.length === 0 ? {} : { expressionWarnings: [...warnings] };
  return [
    updateStatus(validatingadmissionpolicies, {
      ...policy,
      status: { ...status, observedGeneration: generation, typeChecking },
    } as ValidatingAdmissionPolicy),
  ];
}

const knownKind = ({ type: { group, version, kind }, schema }: KnownResource): KnownKind => ({
  kind: { group, version, kind },
  schema: schema(),
});

const order = ({ kind: { group, version, kind } }: KnownKind): string => [group, version, kind].join("\0");

/** A rule with a wildcard names no kind, but a wildcard among its resources only itself. */
function namedBy(
  { apiGroups = [], apiVersions = [], resources = [] }: NamedRuleWithOperations,
  known: readonly KnownResource[],
) {
  if ([...apiGroups, ...apiVersions].some((each) => each.includes("*"))) return [];
  return known
    .filter(
      ({ type }) =>
        apiGroups.includes(type.group) && apiVersions.includes(type.version) && resources.includes(type.resource),
    )
    .slice(0, MOST_KINDS);
}
