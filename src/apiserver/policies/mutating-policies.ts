import { ApiError, forbidden } from "../../api/api-error.ts";
import { MATCH_CONDITIONS_BUDGET } from "../../api/cel/environment.ts";
import { matchConditions, Review } from "../../api/cel/evaluation.ts";
import { schemaOf } from "../../api/kind-schema.ts";
import { mutatingadmissionpolicies, mutatingadmissionpolicybindings, namespaces } from "../../api/resources.ts";
import { builtInSchema, type ObjectSchema } from "../../api/schema/object-schema.ts";
import { definitionOf } from "../../api/schema/schema.ts";
import type {
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicyBindingSpec,
} from "../../api/types/admissionregistration-v1.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission/admission.ts";
import { isExempt, type Matched } from "../admission/matching.ts";
import { Reinvocation } from "../admission/reinvocation.ts";
import { replaceMatched } from "../admission/replace-object.ts";
import { reviewedRequest } from "../admission/reviewed-request.ts";
import { nameOf } from "../webhooks/admission-review.ts";
import type { WebhookAdmissionParts } from "../webhooks/validating-webhooks.ts";
import { BoundPolicies, type Invocation } from "./bound-policies.ts";
import { mutated, MutationError, type MutationPolicy, mutationPolicy } from "./mutation-policy.ts";

const NAME = "MutatingAdmissionPolicy";

type MutationInvocation = Invocation<MutationPolicy, MutatingAdmissionPolicyBindingSpec>;
type RunnableInvocation = Extract<MutationInvocation, { readonly matched: Matched }>;

/** Why a request is refused. */
interface Problem {
  readonly message: string;
  readonly reason: string;
}

/** Lets policies of bindings change what is written, one after the other; some once more, when others changed it after them. */
export function mutatingPolicies(parts: WebhookAdmissionParts): AdmissionPlugin {
  const policies = new BoundPolicies(parts, {
    policies: mutatingadmissionpolicies,
    bindings: mutatingadmissionpolicybindings,
    compile: mutationPolicy,
    // The resource holds bindings.
    specOf: (object) => (object as MutatingAdmissionPolicyBinding).spec ?? {},
  });
  return {
    name: NAME,
    handlesConnect: true,
    async admit(request) {
      if (request.operation === "DELETE" || isExempt(request)) return;
      const invocations = await policies.invocations(request);
      if (invocations.length === 0) return;
      const runnable = invocations.filter((each): each is RunnableInvocation => each.problem === undefined);
      const problems: Problem[] = invocations.flatMap((each) =>
        each.problem === undefined ? [] : problemsOf(each, each.problem, "Forbidden"),
      );
      problems.push(...(await mutateBy(runnable, request, parts)));
      if (problems.length > 0) throw refusal(request, problems);
    },
  };
}

/** Nothing where the policy says that failures do not matter. */
function problemsOf({ policy, binding }: MutationInvocation, detail: string, reason: string): readonly Problem[] {
  if (policy.spec.failurePolicy === "Ignore") return [];
  const who = binding
    ? `policy '${policy.name}' with binding '${binding.name}'`
    : `policy ${JSON.stringify(policy.name)}`;
  return [{ message: `${who} denied request: ${detail}`, reason }];
}

async function mutateBy(
  invocations: readonly RunnableInvocation[],
  request: AdmissionRequest,
  parts: WebhookAdmissionParts,
): Promise<readonly Problem[]> {
  const { namespace } = request;
  const reinvocation = Reinvocation.of(request, NAME);
  const namespaceObject = namespace === "" ? undefined : await parts.reader.find(namespaces, "", namespace);
  const problems: Problem[] = [];
  let isMutated = false;
  for (const invocation of invocations) {
    const { policy, binding, matched, params } = invocation;
    const review = () => reviewedRequest(request, matched, parts.authorizer, { namespaceObject, params });
    if (policy.conditions.length > 0) {
      const { isMatch, error } = matchConditions(
        policy.conditions,
        new Review(review(), new Map(), MATCH_CONDITIONS_BUDGET),
      );
      if (error !== undefined) problems.push(...problemsOf(invocation, error, "Invalid"));
      if (!isMatch) continue;
    }
    const id = [policy.name, binding.name, params?.metadata.namespace ?? "", params?.metadata.name ?? ""].join("/");
    if (!reinvocation.isDue(id)) continue;
    const schema = schemaFor(request, matched);
    let isOther = false;
    for (const mutation of policy.mutations) {
      try {
        isOther = replaceMatched(request, matched, mutated(policy, mutation, review(), schema)) || isOther;
        isMutated = true;
      } catch (error) {
        if (!(error instanceof MutationError)) throw error;
        problems.push(...problemsOf(invocation, error.message, "Invalid"));
      }
    }
    if (isOther) reinvocation.changed();
    if (policy.spec.reinvocationPolicy === "IfNeeded") reinvocation.mayBeDueAgain(id);
  }
  // Also for a mutation that changed nothing. Kubernetes does this too.
  if (isMutated) reinvocation.changed();
  reinvocation.leave(request.object);
  return problems;
}

/** Of what the mutation is shown: the object in the version that matched, or the body of a subresource. */
function schemaFor({ objectKind }: AdmissionRequest, { served }: Matched): ObjectSchema {
  const definition = objectKind && definitionOf(objectKind);
  return definition === undefined ? schemaOf(served.kind) : builtInSchema(definition);
}

/** The first problem is the message, all are causes. */
function refusal(request: AdmissionRequest, problems: readonly Problem[]): ApiError {
  const [{ message, reason }] = problems as readonly [Problem];
  const { status } = forbidden(request.resource.type, nameOf(request), message);
  const causes = problems.map((problem) => ({ message: problem.message }));
  return new ApiError({ ...status, message, reason, details: { ...status.details, causes } });
}
