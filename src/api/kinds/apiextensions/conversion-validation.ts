import { at, child, type FieldErrors } from "../../field-errors.ts";
import { dns1035LabelProblems } from "../../names.ts";
import type { CustomResourceConversion, WebhookClientConfig } from "../../types/apiextensions-v1.ts";
import { checkCaBundle, checkWebhookService, checkWebhookUrl } from "../webhook-client-checks.ts";
import type { Tolerated } from "./definition-ratcheting.ts";

/** Versions of ConversionReview that the server speaks. */
const ACCEPTED = ["v1", "v1beta1"];

export function validateConversion(
  { strategy, webhook }: CustomResourceConversion,
  path: string,
  tolerated: Tolerated,
  errors: FieldErrors,
): void {
  if (!strategy) errors.required(child(path, "strategy"), "");
  else if (strategy !== "None" && strategy !== "Webhook") {
    errors.notSupported(child(path, "strategy"), strategy, ["None", "Webhook"]);
  }
  const clientPath = child(path, "webhookClientConfig");
  const versionsPath = child(path, "conversionReviewVersions");
  if (strategy !== "Webhook") {
    const detail = "should not be set when strategy is not set to Webhook";
    if (webhook?.clientConfig) errors.forbidden(clientPath, detail);
    if (webhook?.conversionReviewVersions?.length) errors.forbidden(versionsPath, detail);
    return;
  }
  if (!webhook?.clientConfig) errors.required(clientPath, "required when strategy is set to Webhook");
  else validateClient(webhook.clientConfig, clientPath, tolerated, errors);
  validateReviewVersions(webhook?.conversionReviewVersions ?? [], versionsPath, tolerated, errors);
}

function validateClient(
  { url, service, caBundle }: WebhookClientConfig,
  path: string,
  tolerated: Tolerated,
  errors: FieldErrors,
): void {
  if ((url === undefined) === (service === undefined)) {
    errors.required(path, "exactly one of url or service is required");
  } else if (url !== undefined) checkWebhookUrl(url, child(path, "url"), errors);
  else if (service) checkWebhookService(service, child(path, "service"), errors);
  if (caBundle && !tolerated.invalidCaBundle) checkCaBundle(caBundle, child(path, "caBundle"), errors);
}

function validateReviewVersions(
  versions: readonly string[],
  path: string,
  tolerated: Tolerated,
  errors: FieldErrors,
): void {
  if (versions.length === 0) {
    errors.required(path, "");
    return;
  }
  for (const [index, version] of versions.entries()) {
    if (versions.indexOf(version) < index) errors.invalid(at(path, index), version, "duplicate version");
    else for (const problem of dns1035LabelProblems(version)) errors.invalid(at(path, index), version, problem);
  }
  if (tolerated.unknownReviewVersions || versions.some((version) => ACCEPTED.includes(version))) return;
  errors.invalid(path, versions, `must include at least one of ${ACCEPTED.join(", ")}`);
}

export const speaksReviewVersion = (versions: readonly string[]): boolean =>
  versions.length === 0 || versions.some((version) => ACCEPTED.includes(version));
