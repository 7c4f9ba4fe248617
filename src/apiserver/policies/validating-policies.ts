import { ApiError, forbidden } from "../../api/api-error.ts";
import { namespaces, validatingadmissionpolicies, validatingadmissionpolicybindings } from "../../api/resources.ts";
import type {
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
} from "../../api/types/admissionregistration-v1.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission/admission.ts";
import { isExempt } from "../admission/matching.ts";
import { reviewedRequest } from "../admission/reviewed-request.ts";
import { nameOf } from "../webhooks/admission-review.ts";
import type { WebhookAdmissionParts } from "../webhooks/validating-webhooks.ts";
import { BoundPolicies, type Invocation } from "./bound-policies.ts";
import { type Denial, policyVerdict, type ValidationPolicy, validationPolicy } from "./validation-policy.ts";

const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };

type ValidationInvocation = Invocation<ValidationPolicy, ValidatingAdmissionPolicyBindingSpec>;

/** Policies of bindings that are about a request; the first that is against it, refuses it. */
export function validatingPolicies(parts: WebhookAdmissionParts): AdmissionPlugin {
  const policies = new BoundPolicies(parts, {
    policies: validatingadmissionpolicies,
    bindings: validatingadmissionpolicybindings,
    compile: validationPolicy,
    // The resource holds bindings.
    specOf: (object) => (object as ValidatingAdmissionPolicyBinding).spec,
  });
  return {
    name: "ValidatingAdmissionPolicy",
    handlesConnect: true,
    async validate(request) {
      if (isExempt(request)) return;
      const denials: Denial[] = [];
      for (const invocation of await policies.invocations(request)) {
        // eslint-disable-next-line no-await-in-loop -- one after the other, as they are reported
        denials.push(...(await denialsOf(invocation, request, parts)));
      }
      const [first] = denials;
      if (first) throw refusal(request, first);
    },
  };
}

async function denialsOf(
  invocation: ValidationInvocation,
  request: AdmissionRequest,
  { reader, authorizer }: WebhookAdmissionParts,
): Promise<readonly Denial[]> {
  const { policy, binding } = invocation;
  const withBinding = binding ? ` with binding '${binding.name}'` : "";
  const denied = ({ message, reason }: Denial): Denial => ({
    message: `ValidatingAdmissionPolicy '${policy.name}'${withBinding} denied request: ${message}`,
    reason,
  });
  if (invocation.problem !== undefined) {
    const { problem } = invocation;
    return policy.spec.failurePolicy === "Ignore" ? [] : [denied({ message: problem, reason: "Invalid" })];
  }
  const { matched, params } = invocation;
  const namespaceObject = request.namespace === "" ? undefined : await reader.find(namespaces, "", request.namespace);
  const { validationActions } = invocation.binding.spec;
  const reviewed = reviewedRequest(request, matched, authorizer, { namespaceObject, params });
  const { denials, errors } = policyVerdict(policy, reviewed);
  if (validationActions.includes("Warn")) {
    const prefix = `Validation failed for ValidatingAdmissionPolicy '${policy.name}'${withBinding}`;
    request.warnings.push(...denials.map(({ message }) => `${prefix}: ${message}`));
  }
  return [...errors, ...(validationActions.includes("Deny") ? denials : [])].map(denied);
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
