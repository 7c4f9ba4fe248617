import { admissionEnvironment, compileTyped, withoutVariables } from "../../api/cel/admission-expressions.ts";
import type { CompiledExpression } from "../../api/cel/evaluation.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { MutatingWebhook, ValidatingWebhook } from "../../api/types/admissionregistration-v1.ts";
import { BOOL } from "../../lib/cel/types.ts";
import { matchRules, type MatchRules } from "../admission/matching.ts";

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, "reinvocationPolicy">;

/** A webhook with what is compiled of it. */
export interface ConfiguredWebhook {
  readonly webhook: Webhook;
  /** Of its configuration. */
  readonly configuration: string;
  /** Unique among all webhooks of a kind, and stable. */
  readonly id: string;
  readonly match: MatchRules;
  readonly conditions: readonly CompiledExpression[];
}

export function configuredWebhooks({ metadata, ...rest }: KubeObject): readonly ConfiguredWebhook[] {
  // The resource holds webhook configurations.
  const { webhooks = [] } = rest as { webhooks?: readonly Webhook[] };
  const { name = "" } = metadata;
  const environment = withoutVariables(admissionEnvironment({ hasParams: false, hasAuthorizer: true }));
  const numbers = new Map<string, number>();
  return webhooks.map((webhook) => {
    const number = numbers.get(webhook.name) ?? 0;
    numbers.set(webhook.name, number + 1);
    return {
      webhook,
      configuration: name,
      id: `${name}/${webhook.name}/${number}`,
      match: matchRules(webhook),
      conditions: (webhook.matchConditions ?? []).map(({ expression }) => ({
        expression,
        compilation: compileTyped(expression.trim(), environment, [BOOL]),
      })),
    };
  });
}
