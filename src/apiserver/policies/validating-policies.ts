import { ApiError, forbidden } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { namespaces, validatingadmissionpolicies, validatingadmissionpolicybindings } from "../../api/resources.ts";
import type { ValidatingAdmissionPolicyBinding } from "../../api/types/admissionregistration-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission/admission.ts";
import { CompiledObjects } from "../admission/compiled-objects.ts";
import { isExempt, type Matched, matchRules, type MatchRules, RequestMatcher } from "../admission/matching.ts";
import { reviewedRequest } from "../admission/reviewed-request.ts";
import { nameOf } from "../webhooks/admission-review.ts";
import type { WebhookAdmissionParts } from "../webhooks/validating-webhooks.ts";
import { policyParams, servedParams } from "./params.ts";
import { type Denial, policyVerdict, type ValidationPolicy, validationPolicy } from "./validation-policy.ts";

const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };

interface Binding {
  readonly name: string;
  readonly spec: ValidatingAdmissionPolicyBinding["spec"];
  readonly match: MatchRules | undefined;
}

function compiledBinding(object: KubeObject): Binding {
  // The resource holds bindings.
  const { metadata, spec } = object as ValidatingAdmissionPolicyBinding;
  const { matchResources } = spec;
  const match =
    matchResources &&
    matchRules({
      ...matchResources,
      rules: matchResources.resourceRules,
      excluded: matchResources.excludeResourceRules,
    });
  return { name: metadata.name ?? "", spec, match };
}

/** Policies of bindings that are about a request; the first that is against it, refuses it. */
export function validatingPolicies(parts: WebhookAdmissionParts): AdmissionPlugin {
  const { store, resources, reader } = parts;
  const bindings = new CompiledObjects(store, resources, validatingadmissionpolicybindings, compiledBinding);
  const policies = new CompiledObjects(store, resources, validatingadmissionpolicies, validationPolicy);
  return {
    name: "ValidatingAdmissionPolicy",
    handlesConnect: true,
    async validate(request) {
      if (isExempt(request)) return;
      const bound = await bindings.all();
      if (bound.length === 0) return;
      const denials: Denial[] = [];
      const matcher = new RequestMatcher(request, reader, resources);
      for (const policy of await policies.all()) {
        const own = bound.filter(({ spec }) => spec.policyName === policy.name);
        // eslint-disable-next-line no-await-in-loop -- policies share what they look up
        if (own.length > 0) denials.push(...(await verdictOf(policy, own, request, matcher, parts)));
      }
      const [first] = denials;
      if (first) throw refusal(request, first);
    },
  };
}

async function verdictOf(
  policy: ValidationPolicy,
  bindings: readonly Binding[],
  request: AdmissionRequest,
  matcher: RequestMatcher,
  parts: WebhookAdmissionParts,
): Promise<readonly Denial[]> {
  const isLenient = policy.spec.failurePolicy === "Ignore";
  const denied = (detail: string, binding?: Binding): string =>
    `ValidatingAdmissionPolicy '${policy.name}'${binding ? ` with binding '${binding.name}'` : ""} denied request: ${detail}`;
  const denials: Denial[] = [];
  let matched: Matched | undefined;
  let served;
  try {
    matched = await matcher.match(policy.match);
    if (!matched) return [];
    served = servedParams(policy.spec.paramKind, parts.resources);
  } catch (error) {
    return isLenient ? [] : [{ message: denied(`failed to configure policy: ${errorText(error)}`), reason: "Invalid" }];
  }
  for (const binding of bindings) {
    try {
      // eslint-disable-next-line no-await-in-loop -- one after the other, as they are reported
      if (!(await matcher.matchesBinding(binding.match))) continue;
      // eslint-disable-next-line no-await-in-loop
      const params = await policyParams(served, binding.spec.paramRef, request.namespace, parts.reader);
      // eslint-disable-next-line no-await-in-loop
      const found = await boundDenials(policy, binding, params, matched, request, parts);
      denials.push(...found.map(({ message, reason }) => ({ message: denied(message, binding), reason })));
    } catch (error) {
      if (error instanceof ApiError && error.status.code !== 404) throw error;
      if (isLenient) continue;
      const message = denied(`failed to configure binding: ${errorText(error)}`, binding);
      denials.push({ message, reason: "Invalid" });
    }
  }
  return denials;
}

async function boundDenials(
  policy: ValidationPolicy,
  { name, spec: { validationActions } }: Binding,
  params: readonly (Readonly<KubeObject> | undefined)[],
  matched: Matched,
  request: AdmissionRequest,
  { reader, authorizer }: WebhookAdmissionParts,
): Promise<readonly Denial[]> {
  const isNamespace = matched.kind.kind === "Namespace" && matched.kind.group === "";
  const namespaceObject =
    isNamespace || request.namespace === "" ? undefined : await reader.find(namespaces, "", request.namespace);
  const refused: Denial[] = [];
  for (const param of params) {
    const reviewed = reviewedRequest(request, matched, authorizer, { namespaceObject, params: param });
    const { denials, errors } = policyVerdict(policy, reviewed);
    refused.push(...errors);
    if (validationActions.includes("Deny")) refused.push(...denials);
    if (!validationActions.includes("Warn")) continue;
    for (const { message } of denials) {
      request.warnings.push(
        `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${name}': ${message}`,
      );
    }
  }
  return refused;
}

function refusal(request: AdmissionRequest, { message, reason }: Denial): ApiError {
  const { status } = forbidden(request.resource.type, nameOf(request), message);
  return new ApiError({
    ...status,
    reason,
    code: CODES[reason] ?? 422,
    details: { ...status.details, causes: [{ message }] },
  });
}
