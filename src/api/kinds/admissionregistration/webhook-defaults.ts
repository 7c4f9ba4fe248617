import type { MatchResources, MutatingWebhook, ValidatingWebhook } from "../../types/admissionregistration-v1.ts";

export function webhookDefaults(webhook: MutatingWebhook | ValidatingWebhook): void {
  webhook.failurePolicy ??= "Fail";
  webhook.matchPolicy ??= "Equivalent";
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= "*";
  if (webhook.clientConfig.service) webhook.clientConfig.service.port ??= 443;
}

/** What a policy or its binding looks at. */
export function matchResourcesDefaults(resources: MatchResources | undefined): void {
  if (!resources) return;
  resources.matchPolicy ??= "Equivalent";
  resources.namespaceSelector ??= {};
  resources.objectSelector ??= {};
  for (const rule of [...(resources.resourceRules ?? []), ...(resources.excludeResourceRules ?? [])]) {
    rule.scope ??= "*";
  }
}
