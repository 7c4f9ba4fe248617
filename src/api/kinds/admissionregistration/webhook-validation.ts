/** Webhook configurations, new and changed (pkg/apis/admissionregistration/validation). */
import { checkSupported } from "../../field-checks.ts";
import { at, FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { dns1035LabelProblems, dnsSubdomainProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { MutatingWebhook, ValidatingWebhook } from "../../types/admissionregistration-v1.ts";
import { FAILURE_POLICIES, MATCH_POLICIES, validateRule } from "./admission-rules-validation.ts";
import { validateMatchConditions } from "./match-conditions-validation.ts";
import { validateWebhookService, validateWebhookUrl } from "./webhook-address-validation.ts";

type Webhook = ValidatingWebhook | MutatingWebhook;

const REVIEW_VERSIONS = ["v1", "v1beta1"];
const SIDE_EFFECTS = ["None", "NoneOnDryRun"];
const ALL_SIDE_EFFECTS = [...SIDE_EFFECTS, "Some", "Unknown"];
export const REINVOCATION_POLICIES = ["IfNeeded", "Never"];

/** Old webhooks may keep what newer rules do not let in. */
export function validateWebhooks(
  webhooks: readonly Webhook[],
  old: readonly Webhook[] | undefined,
  errors: FieldErrors,
): void {
  const leniency = leniencyFor(webhooks, old);
  const names = new Set<string>();
  webhooks.forEach((webhook, index) => {
    const path = at("webhooks", index);
    validateWebhook(webhook, path, leniency, errors);
    validateVersions(webhook.admissionReviewVersions, `${path}.admissionReviewVersions`, leniency, errors);
    if (!leniency.repeatedNames && webhook.name !== "" && names.has(webhook.name)) {
      errors.duplicate(`${path}.name`, webhook.name);
    }
    names.add(webhook.name);
  });
}

interface Leniency {
  readonly sameConditions: boolean;
  readonly sideEffects: boolean;
  readonly unknownVersions: boolean;
  readonly repeatedNames: boolean;
  readonly selectors: boolean;
}

function leniencyFor(webhooks: readonly Webhook[], old: readonly Webhook[] | undefined): Leniency {
  if (!old) {
    return {
      sameConditions: false,
      sideEffects: false,
      unknownVersions: false,
      repeatedNames: false,
      selectors: false,
    };
  }
  return {
    sameConditions:
      webhooks.length === old.length &&
      webhooks.every((webhook, index) => semanticEqual(webhook.matchConditions, old[index]?.matchConditions)),
    sideEffects: old.some(({ sideEffects }) => !SIDE_EFFECTS.includes(sideEffects)),
    unknownVersions: old.some(
      ({ admissionReviewVersions: versions }) =>
        versions.length > 0 && !versions.some((version) => REVIEW_VERSIONS.includes(version)),
    ),
    repeatedNames: new Set(old.map(({ name }) => name)).size < old.length,
    selectors: old.some((webhook) => {
      const problems = new FieldErrors();
      validateSelectors(webhook, "", problems);
      return !problems.isEmpty;
    }),
  };
}

function validateWebhook(webhook: Webhook, path: string, leniency: Leniency, errors: FieldErrors): void {
  validateName(webhook.name, `${path}.name`, errors);
  (webhook.rules ?? []).forEach((rule, index) => validateRule(rule, at(`${path}.rules`, index), errors));
  const { failurePolicy, matchPolicy, sideEffects, timeoutSeconds } = webhook;
  if (failurePolicy !== undefined) checkSupported(failurePolicy, FAILURE_POLICIES, `${path}.failurePolicy`, errors);
  if (matchPolicy !== undefined) checkSupported(matchPolicy, MATCH_POLICIES, `${path}.matchPolicy`, errors);
  const allowed = leniency.sideEffects ? ALL_SIDE_EFFECTS : SIDE_EFFECTS;
  if (!sideEffects) errors.required(`${path}.sideEffects`, `must specify one of ${allowed.join(", ")}`);
  else checkSupported(sideEffects, allowed, `${path}.sideEffects`, errors);
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) {
    errors.invalid(`${path}.timeoutSeconds`, timeoutSeconds, "the timeout value must be between 1 and 30 seconds");
  }
  if (!leniency.selectors) validateSelectors(webhook, path, errors);
  if ("reinvocationPolicy" in webhook && webhook.reinvocationPolicy !== undefined) {
    checkSupported(webhook.reinvocationPolicy, REINVOCATION_POLICIES, `${path}.reinvocationPolicy`, errors);
  }
  validateAddress(webhook, path, errors);
  if (!leniency.sameConditions) {
    validateMatchConditions(webhook.matchConditions ?? [], false, `${path}.matchConditions`, errors);
  }
}

function validateSelectors({ namespaceSelector, objectSelector }: Webhook, path: string, errors: FieldErrors): void {
  if (namespaceSelector) validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`, errors);
  if (objectSelector) validateLabelSelector(objectSelector, `${path}.objectSelector`, errors);
}

function validateAddress({ clientConfig: { url, service } }: Webhook, path: string, errors: FieldErrors): void {
  const own = `${path}.clientConfig`;
  if ((url === undefined) === (service === undefined)) {
    errors.required(own, "exactly one of url or service is required");
  } else if (url !== undefined) {
    validateWebhookUrl(url, `${own}.url`, errors);
  } else if (service) {
    validateWebhookService(service, `${own}.service`, errors);
  }
}

function validateName(name: string, path: string, errors: FieldErrors): void {
  if (name === "") return errors.required(path, "");
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return errors.invalid(path, name, problems.join(","));
  if (name.split(".").length < 3) {
    errors.invalid(path, name, "should be a domain with at least three segments separated by dots");
  }
}

function validateVersions(versions: readonly string[], path: string, leniency: Leniency, errors: FieldErrors): void {
  if (versions.length === 0) {
    return errors.required(path, `must specify one of ${REVIEW_VERSIONS.join(", ")}`);
  }
  const seen = new Set<string>();
  versions.forEach((version, index) => {
    if (seen.has(version)) return errors.invalid(at(path, index), version, "duplicate version");
    seen.add(version);
    for (const problem of dns1035LabelProblems(version)) errors.invalid(at(path, index), version, problem);
    return undefined;
  });
  if (!leniency.unknownVersions && !versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(", ")}`);
  }
}
