import { internalError } from "../../api/api-error.ts";
import type { CustomResourceDefinition } from "../../api/types/apiextensions-v1.ts";
import { goText } from "../../lib/go/go-text.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { uuid } from "../../lib/random.ts";
import { WebhookCallError, type WebhookAddress } from "../webhooks/webhook-client.ts";
import type { Conversion } from "./conversion.ts";

/** How a webhook is called; rejects with WebhookCallError. */
export type PostToWebhook = (address: WebhookAddress, body: unknown, timeoutSeconds: number) => Promise<unknown>;

const TIMEOUT_SECONDS = 30;

/** How objects of a definition get from one version to another (apiextensions-apiserver/pkg/apiserver/conversion). */
export function conversionOf({ spec }: CustomResourceDefinition, post: PostToWebhook): Conversion {
  const { conversion } = spec;
  const client = conversion?.webhook?.clientConfig;
  if (conversion?.strategy !== "Webhook" || !client) return { strategy: "none" };
  const versions = conversion.webhook?.conversionReviewVersions ?? [];
  const reviewVersion = versions.find((version) => version === "v1" || version === "v1beta1") ?? "v1";
  return {
    strategy: "webhook",
    convert: async (objects, apiVersion) => await converted(objects, apiVersion, reviewVersion, client, post),
  };
}

async function converted(
  objects: readonly JsonObject[],
  desiredAPIVersion: string,
  reviewVersion: string,
  client: WebhookAddress,
  post: PostToWebhook,
): Promise<readonly JsonObject[]> {
  const uid = uuid();
  const review = {
    kind: "ConversionReview",
    apiVersion: `apiextensions.k8s.io/${reviewVersion}`,
    request: { uid, desiredAPIVersion, objects },
  };
  const subject = kindText(objects[0] ?? {});
  const fail = (detail: string): Error => internalError(`conversion webhook for ${subject} ${detail}`);
  const answer = await post(client, review, TIMEOUT_SECONDS).catch((error: unknown) => {
    if (error instanceof WebhookCallError) throw fail(`failed: ${error.message}`);
    throw error;
  });
  // Anything may come from there.
  const results = convertedObjects(answer as JsonValue, uid, review.apiVersion);
  if (typeof results === "string") throw fail(`failed: ${results}`);
  if (results.length !== objects.length) throw fail(`returned ${results.length} objects, expected ${objects.length}`);
  return objects.map((original, index) => {
    const result = results[index];
    const problem = conversionProblem(original, result, desiredAPIVersion);
    if (problem !== undefined || !isJsonObject(result)) {
      throw fail(`returned invalid converted object at index ${index}: ${problem ?? "not an object"}`);
    }
    return withMetadataOf(original, result);
  });
}

/** `example.com/v1, Kind=Widget`: as Go prints it. */
const kindText = ({ apiVersion, kind }: JsonObject): string => `${goText(apiVersion)}, Kind=${goText(kind)}`;

/** The objects of a review, or what is wrong with it. */
function convertedObjects(answer: JsonValue, uid: string, apiVersion: string): readonly JsonValue[] | string {
  const review = isJsonObject(answer) ? answer : {};
  if (review["apiVersion"] !== apiVersion || review["kind"] !== "ConversionReview") {
    return `expected webhook response of ${apiVersion}, Kind=ConversionReview, got ${kindText(review)}`;
  }
  const { response } = review;
  if (!isJsonObject(response)) return "no response provided";
  if (response["uid"] !== uid) {
    return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response["uid"] ?? "")}`;
  }
  const result = isJsonObject(response["result"]) ? response["result"] : {};
  const { status, message } = result;
  if (status !== "Success") {
    if (typeof message === "string" && message !== "") return message;
    return `response.result.status was '${typeof status === "string" ? status : ""}', not 'Success'`;
  }
  const { convertedObjects: objects } = response;
  return Array.isArray(objects) ? objects : [];
}

/** A conversion changes what an object says, not which one it is. */
function conversionProblem(
  original: JsonObject,
  result: JsonValue | undefined,
  apiVersion: string,
): string | undefined {
  if (!isJsonObject(result)) return "not an object";
  if (result["apiVersion"] !== apiVersion) {
    return `invalid groupVersion (expected ${apiVersion}, received ${goText(result["apiVersion"])})`;
  }
  if (result["kind"] !== original["kind"]) {
    return `invalid kind (expected ${goText(original["kind"])}, received ${goText(result["kind"])})`;
  }
  const before = metadataOf(original);
  const after = metadataOf(result);
  const changed = (["name", "namespace", "uid"] as const).find((key) => before[key] !== after[key]);
  if (changed === undefined) return undefined;
  const name = changed === "uid" ? "UID" : changed;
  return `must have the same ${name}: ${goText(before[changed])} != ${goText(after[changed])}`;
}

const metadataOf = ({ metadata }: JsonObject): JsonObject => (isJsonObject(metadata) ? metadata : {});

/** Of the metadata only labels and annotations are the webhook's to change. */
function withMetadataOf(original: JsonObject, result: JsonObject): JsonObject {
  const { labels, annotations } = metadataOf(result);
  const { labels: _labels, annotations: _annotations, ...rest } = metadataOf(original);
  return {
    ...result,
    metadata: { ...rest, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
  };
}
