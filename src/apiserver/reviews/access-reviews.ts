import { badRequest, invalid } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewStatus,
} from "../../api/types/authorization-v1.ts";
import { plain, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import type { Attributes } from "../auth/authorizer.ts";
import type { UserInfo } from "../auth/user-info.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerContext } from "../server-context.ts";
import { admittedReview } from "./admitted-review.ts";

/** May this user do that? */
export const subjectAccessReview: Handlers = { create: reviewSubject };
/** The same, asked by those who may ask about one namespace only. */
export const localSubjectAccessReview: Handlers = { create: reviewLocalSubject };
/** May I do that? */
export const selfSubjectAccessReview: Handlers = { create: reviewSelf };
/** What may I do in this namespace? */
export const selfSubjectRulesReview: Handlers = { create: reviewRules };

type Spec = SubjectAccessReview["spec"];

async function reviewSubject(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const review = await admittedReview<SubjectAccessReview>(context, request, ({ spec }) =>
    checkSpec(request, spec, true),
  );
  return plain({ ...review, status: await verdict(context, review.spec, userOf(review.spec)) }, 201);
}

async function reviewLocalSubject(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const review = await admittedReview<LocalSubjectAccessReview>(context, request, ({ spec }) => {
    checkSpec(request, spec, true);
    if (spec.resourceAttributes?.namespace === request.namespace) return;
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${request.namespace}`);
  });
  return plain({ ...review, status: await verdict(context, review.spec, userOf(review.spec)) }, 201);
}

async function reviewSelf(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const review = await admittedReview<SelfSubjectAccessReview>(context, request, ({ spec }) =>
    checkSpec(request, spec, false),
  );
  return plain({ ...review, status: await verdict(context, review.spec, request.user) }, 201);
}

async function reviewRules(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const review = await admittedReview<SelfSubjectRulesReview>(context, request, ({ spec }) => {
    if (!spec.namespace) throw badRequest("no namespace on request");
  });
  const { namespace = "" } = review.spec;
  const rules = await context.authorizer.rules(request.user, namespace);
  const { resourceRules, pathRules, incomplete, evaluationError } = rules;
  const status = {
    resourceRules,
    nonResourceRules: pathRules,
    incomplete,
    ...(evaluationError && { evaluationError }),
  };
  return plain({ ...review, status }, 201);
}

async function verdict(
  { authorizer }: ServerContext,
  spec: Pick<Spec, "resourceAttributes" | "nonResourceAttributes">,
  user: UserInfo,
): Promise<SubjectAccessReviewStatus> {
  const { allowed, reason } = await authorizer.authorize(attributesOf(spec, user));
  return { allowed, ...(reason === "" ? {} : { reason }) };
}

function attributesOf(
  { resourceAttributes, nonResourceAttributes }: Pick<Spec, "resourceAttributes" | "nonResourceAttributes">,
  user: UserInfo,
): Attributes {
  if (nonResourceAttributes) {
    return { type: "path", user, verb: nonResourceAttributes.verb ?? "", path: nonResourceAttributes.path ?? "" };
  }
  const {
    verb = "",
    group = "",
    version = "",
    resource = "",
    subresource = "",
    namespace = "",
    name = "",
  } = resourceAttributes ?? {};
  return { type: "resource", user, verb, group, version, resource, subresource, namespace, name };
}

const userOf = ({ user = "", uid, groups = [], extra }: Spec): UserInfo => ({ name: user, uid, groups, extra });

function checkSpec({ resource: { kind } }: ApiRequest, spec: Spec, needsUser: boolean): void {
  const errors = new FieldErrors();
  if (spec.resourceAttributes && spec.nonResourceAttributes) {
    errors.invalid(
      "spec.nonResourceAttributes",
      spec.nonResourceAttributes,
      "cannot be specified in combination with resourceAttributes",
    );
  }
  if (!spec.resourceAttributes && !spec.nonResourceAttributes) {
    errors.invalid(
      "spec.resourceAttributes",
      null,
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
  }
  if (needsUser && !spec.user && !spec.groups?.length) {
    errors.invalid("spec.user", "", "at least one of user or group must be specified");
  }
  if (!errors.isEmpty) throw invalid(kind.type, "", errors.errors);
}
