import type { Kind } from "../../kind.ts";
import { mutatingwebhookconfigurations } from "../../resources.ts";
import type { MutatingWebhookConfiguration } from "../../types/admissionregistration-v1.ts";
import { nameColumn, ageColumn, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const mutatingWebhookConfiguration: Kind<MutatingWebhookConfiguration> =
  defineKind<MutatingWebhookConfiguration>({
    type: mutatingwebhookconfigurations,
    categories: ["api-extensions"],
    columns: [nameColumn, integer("Webhooks", ({ webhooks = [] }) => webhooks.length), ageColumn],
    strategy: {
      desiredState: ({ webhooks }) => webhooks,
      allowsUnconditionalUpdate: false,
    },
  });
