import { validatingwebhookconfigurations } from "../../api/resources.ts";
import type { Store } from "../../store/store.ts";
import type { AdmissionPlugin } from "../admission/admission.ts";
import { CompiledObjects } from "../admission/compiled-objects.ts";
import { isExempt, RequestMatcher } from "../admission/matching.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { ServedResources } from "../served-resources.ts";
import { askWebhook, matchedWebhook, type WebhookParts } from "./call-webhook.ts";
import { configuredWebhooks } from "./configured-webhooks.ts";

export interface WebhookAdmissionParts extends WebhookParts {
  readonly store: Store;
  readonly resources: ServedResources;
  readonly reader: ObjectReader;
}

/** Asks all webhooks that are about a request at once; any may refuse it. */
export function validatingWebhooks(parts: WebhookAdmissionParts): AdmissionPlugin {
  const { store, resources, reader } = parts;
  const configured = new CompiledObjects(store, resources, validatingwebhookconfigurations, configuredWebhooks);
  return {
    name: "ValidatingAdmissionWebhook",
    handlesConnect: true,
    async validate(request) {
      if (isExempt(request)) return;
      const webhooks = (await configured.all()).flat();
      if (webhooks.length === 0) return;
      const matcher = new RequestMatcher(request, reader, resources);
      const calls: (() => Promise<unknown>)[] = [];
      for (const webhook of webhooks) {
        // eslint-disable-next-line no-await-in-loop -- none is called before all are known to match or not
        const matched = await matchedWebhook(webhook, request, matcher, parts);
        if (!matched) continue;
        const auditKey = `validating.webhook.admission.k8s.io/round_0_index_${calls.length}`;
        calls.push(() => askWebhook(webhook, request, matched, { mayPatch: false, auditKey }, parts));
      }
      const results = await Promise.allSettled(calls.map((call) => call()));
      const refused = results.find((result) => result.status === "rejected");
      if (refused) throw refused.reason;
    },
  };
}
