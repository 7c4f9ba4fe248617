import type { AuthorizationQuestions, ResourceQuestion } from "../../api/cel/authorizer.ts";
import type { ReviewedRequest } from "../../api/cel/evaluation.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { CelError } from "../../lib/cel/values.ts";
import type { Attributes, Authorizer } from "../auth/authorizer.ts";
import type { UserInfo } from "../auth/user-info.ts";
import { requestFacts } from "../webhooks/admission-review.ts";
import type { AdmissionRequest } from "./admission.ts";
import type { Matched } from "./matching.ts";
import { inVersionOf } from "./replace-object.ts";

/** A request as expressions see it. */
export function reviewedRequest(
  request: AdmissionRequest,
  matched: Matched,
  authorizer: Authorizer,
  more: Pick<ReviewedRequest, "namespaceObject" | "params"> = {},
): ReviewedRequest {
  const { group, resource } = request.resource.type;
  const { subresource, namespace, name, object } = request;
  return {
    ...matchedObjects(request, matched),
    request: requestFacts(request, matched),
    authorization: {
      questions: questionsOf(authorizer, request.user),
      resource: { group, resource, subresource, namespace, name: name || (object?.metadata.name ?? "") },
    },
    ...more,
  };
}

/** The objects in the version of the rule that matched. */
export function matchedObjects(
  { resource, object, oldObject, objectKind }: AdmissionRequest,
  { served }: Matched,
): { readonly object: Readonly<KubeObject> | undefined; readonly oldObject: Readonly<KubeObject> | undefined } {
  if (served === resource || objectKind) return { object, oldObject };
  const converted = (each: Readonly<KubeObject> | undefined): Readonly<KubeObject> | undefined =>
    each && inVersionOf(served, resource, each);
  return { object: converted(object), oldObject: converted(oldObject) };
}

function questionsOf(authorizer: Authorizer, user: UserInfo): AuthorizationQuestions {
  const ask = (attributes: Attributes) => {
    const decision = authorizer.authorize(attributes);
    // Expressions cannot wait; the authorizers of this server have what they need in memory.
    if (decision instanceof Promise) throw new CelError("the authorizer is not ready");
    return { isAllowed: decision.allowed, reason: decision.reason };
  };
  const userOf = (account: { readonly namespace: string; readonly name: string } | undefined): UserInfo =>
    account
      ? {
          name: `system:serviceaccount:${account.namespace}:${account.name}`,
          groups: ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`, "system:authenticated"],
        }
      : user;
  return {
    path: (path, verb, account) => ask({ type: "path", user: userOf(account), verb, path }),
    resource: ({ group, resource, subresource, namespace, name }: ResourceQuestion, verb, account) =>
      ask({
        type: "resource",
        user: userOf(account),
        verb,
        group,
        version: "*",
        resource,
        subresource,
        namespace,
        name,
      }),
  };
}
