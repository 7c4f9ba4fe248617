import { internalError } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { mutatingwebhookconfigurations } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { applyJsonPatch, type JsonPatchOperation, parseJsonPatch } from "../../lib/json/json-patch.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import { errorText } from "../../lib/logger.ts";
import type { AdmissionPlugin, AdmissionRequest, AdmissionRounds } from "../admission/admission.ts";
import { CompiledObjects } from "../admission/compiled-objects.ts";
import { isExempt, RequestMatcher } from "../admission/matching.ts";
import { jsonOf, replaceObject } from "../admission/replace-object.ts";
import { matchedObjects } from "../admission/reviewed-request.ts";
import { askWebhook, matchedWebhook } from "./call-webhook.ts";
import { configuredWebhooks, type ConfiguredWebhook } from "./configured-webhooks.ts";
import type { WebhookAdmissionParts } from "./validating-webhooks.ts";

const NAME = "MutatingAdmissionWebhook";

/** What webhooks of the first round leave for the second. */
interface Notes {
  /** Webhooks that want to see what others changed after them, in the order in which they were asked. */
  readonly reinvocable: Set<string>;
  /** Those that are asked again. */
  readonly due: Set<string>;
  /** What the last webhook left behind. */
  output: object | undefined;
}

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
      const notes = notesOf(request.rounds);
      const isSecond = request.rounds?.isSecond === true;
      if (isSecond && !semanticEqual(notes.output, request.object)) callAgain(notes);
      for (const webhook of webhooks) {
        const matcher = new RequestMatcher(request, reader, resources);
        // eslint-disable-next-line no-await-in-loop -- each sees what those before it made
        await mutateBy(webhook, request, matcher, notes, parts);
      }
      notes.output = request.object && jsonOf(request.object);
    },
  };
}

async function mutateBy(
  webhook: ConfiguredWebhook,
  request: AdmissionRequest,
  matcher: RequestMatcher,
  notes: Notes,
  parts: WebhookAdmissionParts,
): Promise<void> {
  const { rounds } = request;
  const matched = await matchedWebhook(webhook, request, matcher, parts);
  if (!matched || (rounds?.isSecond && !notes.due.has(webhook.id))) return;
  const answer = await askWebhook(webhook, request, matched, true, parts);
  if (
    answer?.patch !== undefined &&
    applyPatch(webhook, request, matchedObjects(request, matched).object, answer.patch)
  ) {
    callAgain(notes);
    if (rounds) rounds.needsSecond = true;
  }
  if (webhook.webhook.reinvocationPolicy === "IfNeeded") notes.reinvocable.add(webhook.id);
}

/** Tells whether the object is another one now. */
function applyPatch(
  { webhook }: ConfiguredWebhook,
  request: AdmissionRequest,
  object: Readonly<KubeObject> | undefined,
  patch: string,
): boolean {
  const operations = parsedPatch(webhook.name, patch);
  if (operations.length === 0) return false;
  if (!request.object || !object) {
    throw internalError(
      `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  }
  try {
    // An object is a JSON value.
    return replaceObject(request, applyJsonPatch(jsonOf(object) as JsonValue, operations));
  } catch (error) {
    throw internalError(errorText(error));
  }
}

function parsedPatch(name: string, patch: string): readonly JsonPatchOperation[] {
  try {
    return parseJsonPatch(JSON.parse(patch) as JsonValue);
  } catch (error) {
    const detail = `received undecodable patch in webhook response: ${errorText(error)}`;
    throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${detail}`);
  }
}

function callAgain(notes: Notes): void {
  for (const id of notes.reinvocable) notes.due.add(id);
}

function notesOf(rounds: AdmissionRounds | undefined): Notes {
  const fresh: Notes = { reinvocable: new Set(), due: new Set(), output: undefined };
  if (!rounds) return fresh;
  // Only this plugin writes under its name.
  const known = rounds.notes.get(NAME) as Notes | undefined;
  if (!known) rounds.notes.set(NAME, fresh);
  return known ?? fresh;
}
