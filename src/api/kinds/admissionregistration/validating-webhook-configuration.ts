import type { Kind } from "../../kind.ts";
import { validatingwebhookconfigurations } from "../../resources.ts";
import type { ValidatingWebhookConfiguration } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { webhookDefaults } from "./webhook-defaults.ts";
import { validateWebhooks } from "./webhook-validation.ts";

export const validatingWebhookConfiguration: Kind<ValidatingWebhookConfiguration> =
  defineKind<ValidatingWebhookConfiguration>({
    type: validatingwebhookconfigurations,
    categories: ["api-extensions"],
    columns: [nameColumn, integer("Webhooks", ({ webhooks = [] }) => webhooks.length), ageColumn],
    defaults({ webhooks = [] }) {
      for (const webhook of webhooks) webhookDefaults(webhook);
    },
    strategy: {
      desiredState: ({ webhooks }) => webhooks,
      allowsUnconditionalUpdate: false,
      validate: ({ webhooks = [] }, errors, old) => validateWebhooks(webhooks, old && (old.webhooks ?? []), errors),
    },
  });
