/** Which policies are to look at a request, with which parameters (apiserver/pkg/admission/plugin/policy/generic). */
import { ApiError } from "../../api/api-error.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import type {
  MatchResources,
  MutatingAdmissionPolicySpec,
  ParamRef,
} from "../../api/types/admissionregistration-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import { CompiledObjects } from "../admission/compiled-objects.ts";
import { type Matched, matchRules, type MatchRules, RequestMatcher } from "../admission/matching.ts";
import type { ServedResource } from "../served-resources.ts";
import type { WebhookAdmissionParts } from "../webhooks/validating-webhooks.ts";
import { policyParams, servedParams } from "./params.ts";

/** What validating and mutating policies have in common, once compiled. */
export interface BoundPolicy {
  readonly name: string;
  readonly spec: Pick<MutatingAdmissionPolicySpec, "failurePolicy" | "paramKind">;
  readonly match: MatchRules;
}

export interface BindingSpec {
  readonly policyName?: string | undefined;
  readonly paramRef?: ParamRef | undefined;
  readonly matchResources?: MatchResources | undefined;
}

export interface Binding<S extends BindingSpec> {
  readonly name: string;
  readonly spec: S;
  readonly match: MatchRules | undefined;
}

/** A policy that is about a request, or why it cannot be told what it says. */
export type Invocation<P extends BoundPolicy, S extends BindingSpec> =
  | {
      readonly problem?: undefined;
      readonly policy: P;
      readonly binding: Binding<S>;
      readonly matched: Matched;
      readonly params: Readonly<KubeObject> | undefined;
    }
  | { readonly problem: string; readonly policy: P; readonly binding: Binding<S> | undefined };

export interface PolicyTypes<P, S> {
  readonly policies: ResourceType;
  readonly bindings: ResourceType;
  readonly compile: (object: KubeObject) => P;
  readonly specOf: (binding: KubeObject) => S;
}

/** All policies of a kind with their bindings; compiled once for each version of an object. */
export class BoundPolicies<P extends BoundPolicy, S extends BindingSpec> {
  readonly #policies: CompiledObjects<P>;
  readonly #bindings: CompiledObjects<Binding<S>>;
  readonly #parts: WebhookAdmissionParts;

  constructor(parts: WebhookAdmissionParts, { policies, bindings, compile, specOf }: PolicyTypes<P, S>) {
    const { store, resources } = parts;
    this.#parts = parts;
    this.#policies = new CompiledObjects(store, resources, policies, compile);
    this.#bindings = new CompiledObjects(store, resources, bindings, (object) => compiledBinding(object, specOf));
  }

  /** In the order of their names; parameters are looked up once for each. */
  async invocations(request: AdmissionRequest): Promise<readonly Invocation<P, S>[]> {
    const bound = await this.#bindings.all();
    if (bound.length === 0) return [];
    const { reader, resources } = this.#parts;
    const matcher = new RequestMatcher(request, reader, resources);
    const found: Invocation<P, S>[] = [];
    for (const policy of await this.#policies.all()) {
      const own = bound.filter(({ spec }) => spec.policyName === policy.name);
      // eslint-disable-next-line no-await-in-loop -- policies share what they look up
      if (own.length > 0) found.push(...(await this.#ofPolicy(policy, own, request, matcher)));
    }
    return found;
  }

  async #ofPolicy(
    policy: P,
    bindings: readonly Binding<S>[],
    request: AdmissionRequest,
    matcher: RequestMatcher,
  ): Promise<readonly Invocation<P, S>[]> {
    let matched: Matched | undefined;
    let served: ServedResource | undefined;
    try {
      matched = await matcher.match(policy.match);
      if (!matched) return [];
      served = servedParams(policy.spec.paramKind, this.#parts.resources);
    } catch (error) {
      return [{ policy, binding: undefined, problem: `failed to configure policy: ${errorText(error)}` }];
    }
    const found: Invocation<P, S>[] = [];
    for (const binding of bindings) {
      try {
        // eslint-disable-next-line no-await-in-loop -- one after the other, as they are reported
        if (!(await matcher.matchesBinding(binding.match))) continue;
        const { paramRef } = binding.spec;
        // eslint-disable-next-line no-await-in-loop
        for (const params of await policyParams(served, paramRef, request.namespace, this.#parts.reader)) {
          found.push({ policy, binding, matched, params });
        }
      } catch (error) {
        if (error instanceof ApiError && error.status.code !== 404) throw error;
        found.push({ policy, binding, problem: `failed to configure binding: ${errorText(error)}` });
      }
    }
    return found;
  }
}

function compiledBinding<S extends BindingSpec>(object: KubeObject, specOf: (binding: KubeObject) => S): Binding<S> {
  const spec = specOf(object);
  const { matchResources } = spec;
  const match =
    matchResources &&
    matchRules({
      ...matchResources,
      rules: matchResources.resourceRules,
      excluded: matchResources.excludeResourceRules,
    });
  return { name: object.metadata.name ?? "", spec, match };
}
