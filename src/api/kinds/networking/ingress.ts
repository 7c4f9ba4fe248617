import type { Kind } from "../../kind.ts";
import { ingresses } from "../../resources.ts";
import type { IngressRule } from "../../types/networking-v1.ts";
import type { Ingress } from "../../types/networking-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { ingressAddresses } from "../list-text.ts";
import { validateIngress, validateIngressStatus } from "./ingress-validation.ts";

export const ingress: Kind<Ingress> = defineKind<Ingress>({
  type: ingresses,
  shortNames: ["ing"],
  columns: [
    nameColumn,
    text("Class", ({ spec }) => spec?.ingressClassName ?? "<none>"),
    text("Hosts", ({ spec }) => hostsText(spec?.rules)),
    text("Address", ({ status }) => ingressAddresses(status?.loadBalancer?.ingress).join(",")),
    text("Ports", ({ spec }) => (spec?.tls?.length ? "80, 443" : "80")),
    ageColumn,
  ],
  strategy: {
    validate: validateIngress,
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status", validateUpdate: validateIngressStatus }],
});

/** The first three hosts; rules without a host stand for any host, but count among "more". */
function hostsText(rules: readonly IngressRule[] = []): string {
  const hosts: string[] = [];
  for (const { host } of rules) {
    if (hosts.length === 3) return `${hosts.join(",")} + ${rules.length - 3} more...`;
    if (host) hosts.push(host);
  }
  return hosts.join(",") || "*";
}
