import { ApiError, badRequest, forbidden, internalError } from "../../api/api-error.ts";
import { MATCH_CONDITIONS_BUDGET } from "../../api/cel/environment.ts";
import { matchConditions, Review } from "../../api/cel/evaluation.ts";
import type { Status } from "../../api/types/meta-v1.ts";
import type { Logger } from "../../lib/logger.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import type { Matched, RequestMatcher } from "../admission/matching.ts";
import { matchedObjects, reviewedRequest } from "../admission/reviewed-request.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import { nameOf, type ReviewAnswer, reviewAnswer, reviewQuestion } from "./admission-review.ts";
import type { ConfiguredWebhook } from "./configured-webhooks.ts";
import { WebhookCallError, type WebhookClient } from "./webhook-client.ts";

/** What calls of webhooks need. */
export interface WebhookParts {
  readonly client: WebhookClient;
  readonly authorizer: Authorizer;
  readonly log: Logger;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

/** As what a webhook is about a request; undefined where it is not. */
export async function matchedWebhook(
  { webhook, match, conditions }: ConfiguredWebhook,
  request: AdmissionRequest,
  matcher: RequestMatcher,
  { authorizer }: WebhookParts,
): Promise<Matched | undefined> {
  const matched = await matcher.match(match);
  if (!matched || conditions.length === 0) return matched;
  const review = new Review(reviewedRequest(request, matched, authorizer), new Map(), MATCH_CONDITIONS_BUDGET);
  const result = matchConditions(conditions, review);
  if (result.error === undefined) return result.isMatch ? matched : undefined;
  if (webhook.failurePolicy === "Ignore") return undefined;
  throw forbidden(request.resource.type, nameOf(request), result.error);
}

/** How a webhook is asked. */
export interface WebhookCall {
  readonly mayPatch: boolean;
  /** Under which the audit log tells of it. */
  readonly auditKey: string;
}

/**
 * Asks a webhook. A refusal is thrown, and so is a failure unless the webhook's policy is to ignore it: then there is no answer.
 */
export async function askWebhook(
  { webhook }: ConfiguredWebhook,
  request: AdmissionRequest,
  matched: Matched,
  { mayPatch, auditKey }: WebhookCall,
  { client, log }: WebhookParts,
): Promise<ReviewAnswer | undefined> {
  if (request.dryRun && webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun") {
    throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
  }
  const answer = await answered(webhook, request, matched, mayPatch, client).catch((error: unknown) => {
    if (!(error instanceof WebhookCallError)) throw error;
    const failure = `failed calling webhook ${JSON.stringify(webhook.name)}: ${error.message}`;
    if (webhook.failurePolicy !== "Ignore") throw internalError(failure);
    log.warn(`${failure}; going on without it`);
    request.annotate?.(`failed-open.${auditKey}`, webhook.name);
    return undefined;
  });
  if (!answer) return undefined;
  request.warnings.push(...answer.warnings);
  for (const [key, value] of Object.entries(answer.auditAnnotations))
    request.annotate?.(`${webhook.name}/${key}`, value);
  if (!answer.allowed) throw refusalBy(webhook.name, answer.status);
  return answer;
}

async function answered(
  { admissionReviewVersions, clientConfig, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: ConfiguredWebhook["webhook"],
  request: AdmissionRequest,
  matched: Matched,
  mayPatch: boolean,
  client: WebhookClient,
): Promise<ReviewAnswer> {
  const question = reviewQuestion(request, matched, matchedObjects(request, matched), admissionReviewVersions);
  const answer = await client.post(clientConfig, question.body, timeoutSeconds).catch((error: unknown) => {
    if (error instanceof WebhookCallError) throw new WebhookCallError(`failed to call webhook: ${error.message}`);
    throw error;
  });
  return reviewAnswer(question, answer, mayPatch);
}

/** What a webhook says of its refusal, with its name in front. */
function refusalBy(name: string, status: Status | undefined): ApiError {
  const denied = `admission webhook ${JSON.stringify(name)} denied the request`;
  const { code = 0, message, reason } = status ?? {};
  const explained = message || reason;
  return new ApiError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    ...status,
    status: status?.status && status.status !== "Success" ? status.status : "Failure",
    message: explained ? `${denied}: ${explained}` : `${denied} without explanation`,
    code: code < 400 ? 400 : code,
  });
}
