import type { Kind } from "../../kind.ts";
import { networkpolicies } from "../../resources.ts";
import type { NetworkPolicy } from "../../types/networking-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { formatLabelSelector } from "../selector-text.ts";
import { validateNetworkPolicy } from "./network-policy-validation.ts";

export const networkPolicy: Kind<NetworkPolicy> = defineKind<NetworkPolicy>({
  type: networkpolicies,
  shortNames: ["netpol"],
  columns: [nameColumn, text("Pod-Selector", ({ spec }) => formatLabelSelector(spec?.podSelector)), ageColumn],
  defaults: networkPolicyDefaults,
  strategy: {
    validate: validateNetworkPolicy,
    desiredState: ({ spec }) => spec,
  },
});

function networkPolicyDefaults({ spec }: NetworkPolicy): void {
  if (!spec) return;
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of rule.ports ?? []) port.protocol ??= "TCP";
  }
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
}
