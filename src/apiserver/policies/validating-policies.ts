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
import {
  type Denial,
  type PolicyVerdict,
  policyVerdict,
  type ValidationPolicy,
  validationPolicy,
} from "./validation-policy.ts";

const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };

const MOST_VALUE_BYTES = 10 * 1024;

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
      const notes = new AuditNotes();
      for (const invocation of await policies.invocations(request)) {
        // eslint-disable-next-line no-await-in-loop -- one after the other, as they are reported
        denials.push(...(await denialsOf(invocation, request, notes, parts)));
      }
      notes.write(request);
      const [first] = denials;
      if (first) throw refusal(request, first);
    },
  };
}

async function denialsOf(
  invocation: ValidationInvocation,
  request: AdmissionRequest,
  notes: AuditNotes,
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
  const { denials, errors, annotations } = policyVerdict(policy, reviewed);
  for (const { key, value } of annotations) notes.add(`${policy.name}/${key}`, value);
  if (validationActions.includes("Audit")) noteFailures(invocation, denials, request);
  if (validationActions.includes("Warn")) {
    const prefix = `Validation failed for ValidatingAdmissionPolicy '${policy.name}'${withBinding}`;
    request.warnings.push(...denials.map(({ message }) => `${prefix}: ${message}`));
  }
  return [...(validationActions.includes("Deny") ? denials : []), ...errors].map(denied);
}

function noteFailures(
  { policy, binding }: ValidationInvocation,
  denials: PolicyVerdict["denials"],
  request: AdmissionRequest,
): void {
  for (const { message, index } of denials) {
    const failure = {
      message,
      policy: policy.name,
      binding: binding?.name,
      expressionIndex: index,
      validationActions: binding?.spec.validationActions,
    };
    request.annotate?.("validation.policy.admission.k8s.io/validation_failure", JSON.stringify([failure]));
  }
}

/** What policies have to say in the audit log: values that bindings and parameters add to one key stand beside each other. */
class AuditNotes {
  readonly #values = new Map<string, Set<string>>();

  add(key: string, value: string): void {
    const values = this.#values.get(key) ?? new Set();
    this.#values.set(key, values.add(withoutEnd(value)));
  }

  write({ annotate }: AdmissionRequest): void {
    for (const [key, values] of this.#values) annotate?.(key, [...values].join(", "));
  }
}

/** In whole characters. */
const withoutEnd = (text: string): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= MOST_VALUE_BYTES) return text;
  return new TextDecoder().decode(bytes.subarray(0, MOST_VALUE_BYTES), { stream: true });
};

function refusal(request: AdmissionRequest, { message, reason }: Denial): ApiError {
  const { status } = forbidden(request.resource.type, nameOf(request), message);
  return new ApiError({
    ...status,
    reason,
    code: CODES[reason] ?? 422,
    details: { ...status.details, causes: [{ message }] },
  });
}
