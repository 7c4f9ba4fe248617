import { internalError } from "../../api/api-error.ts";
import { mutatingwebhookconfigurations } from "../../api/resources.ts";
import { applyJsonPatch, type JsonPatchOperation, parseJsonPatch } from "../../lib/json/json-patch.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import { parseJson } from "../../lib/json/strict-json.ts";
import { errorText } from "../../lib/logger.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission/admission.ts";
import { CompiledObjects } from "../admission/compiled-objects.ts";
import { isExempt, type Matched, RequestMatcher } from "../admission/matching.ts";
import { Reinvocation } from "../admission/reinvocation.ts";
import { jsonOf, replaceMatched } from "../admission/replace-object.ts";
import { matchedObjects } from "../admission/reviewed-request.ts";
import { askWebhook, matchedWebhook } from "./call-webhook.ts";
import { configuredWebhooks, type ConfiguredWebhook } from "./configured-webhooks.ts";
import type { WebhookAdmissionParts } from "./validating-webhooks.ts";

const NAME = "MutatingAdmissionWebhook";

/** Lets webhooks change what is written, one after the other; some once more, when others changed it after them. */
export function mutatingWebhooks(parts: WebhookAdmissionParts): AdmissionPlugin {
  const { store, resources, reader } = parts;
  const configured = new CompiledObjects(store, resources, mutatingwebhookconfigurations, configuredWebhooks);
  return {
    name: NAME,
    handlesConnect: true,
    async admit(request) {
      if (isExempt(request)) return;
      const webhooks = (await configured.all()).flat();
      if (webhooks.length === 0) return;
      const reinvocation = Reinvocation.of(request, NAME);
      for (const [index, webhook] of webhooks.entries()) {
        const matcher = new RequestMatcher(request, reader, resources);
        // eslint-disable-next-line no-await-in-loop -- each sees what those before it made
        await mutateBy({ webhook, index }, request, matcher, reinvocation, parts);
      }
      reinvocation.leave(request.object);
    },
  };
}

async function mutateBy(
  { webhook, index }: { readonly webhook: ConfiguredWebhook; readonly index: number },
  request: AdmissionRequest,
  matcher: RequestMatcher,
  reinvocation: Reinvocation,
  parts: WebhookAdmissionParts,
): Promise<void> {
  const matched = await matchedWebhook(webhook, request, matcher, parts);
  if (!matched || !reinvocation.isDue(webhook.id)) return;
  const place = `round_${request.rounds?.isSecond ? 1 : 0}_index_${index}`;
  const auditKey = `mutation.webhook.admission.k8s.io/${place}`;
  const about = { configuration: webhook.configuration, webhook: webhook.webhook.name };
  let mutated = false;
  try {
    const answer = await askWebhook(webhook, request, matched, { mayPatch: true, auditKey }, parts);
    const operations = answer?.patch === undefined ? [] : parsedPatch(webhook.webhook.name, answer.patch);
    if (operations.length > 0) {
      mutated = applyPatch(webhook, request, matched, operations);
      const note = { ...about, patch: operations, patchType: "JSONPatch" };
      request.annotate?.(`patch.webhook.admission.k8s.io/${place}`, JSON.stringify(note), "body");
    }
  } finally {
    request.annotate?.(auditKey, JSON.stringify({ ...about, mutated }));
  }
  if (mutated) reinvocation.changed();
  if (webhook.webhook.reinvocationPolicy === "IfNeeded") reinvocation.mayBeDueAgain(webhook.id);
}

/** Tells whether the object is another one now. */
function applyPatch(
  { webhook }: ConfiguredWebhook,
  request: AdmissionRequest,
  matched: Matched,
  operations: readonly JsonPatchOperation[],
): boolean {
  const { object } = matchedObjects(request, matched);
  if (!request.object || !object) {
    throw internalError(
      `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  }
  try {
    // An object is a JSON value.
    return replaceMatched(request, matched, applyJsonPatch(jsonOf(object) as JsonValue, operations));
  } catch (error) {
    throw internalError(errorText(error));
  }
}

function parsedPatch(name: string, patch: string): readonly JsonPatchOperation[] {
  try {
    return parseJsonPatch(parseJson(patch));
  } catch (error) {
    const detail = `received undecodable patch in webhook response: ${errorText(error)}`;
    throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${detail}`);
  }
}
