import { labelSelectorOf } from "../../api/label-selector.ts";
import { networkpolicies } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { NetworkPolicy } from "../../api/types/networking-v1.ts";
import { type Finding, note, run } from "../finding.ts";
import type { Snapshot } from "../snapshot.ts";
import { listed } from "../subject.ts";

/** Whether NetworkPolicies keep others from a pod, or the pod from others: as they are meant to, so it is no trouble by itself. */
export function policyFindings(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  const selecting = snapshot
    .list(networkpolicies, pod.metadata.namespace)
    .filter(({ spec }) => labelSelectorOf(spec?.podSelector ?? {}).matches(pod.metadata.labels));
  return (["Ingress", "Egress"] as const).flatMap((direction) => {
    const policies = selecting.filter((policy) => directions(policy).includes(direction));
    return policies.length === 0 ? [] : [isolation(direction, policies)];
  });
}

function directions({ spec }: NetworkPolicy): readonly string[] {
  return spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
}

function isolation(direction: "Ingress" | "Egress", policies: readonly NetworkPolicy[]): Finding {
  const names = policies.map(({ metadata }) => metadata.name ?? "");
  const rules = policies.flatMap(({ spec }) => (direction === "Ingress" ? spec?.ingress : spec?.egress) ?? []);
  const nothing = rules.length === 0;
  const what =
    direction === "Ingress"
      ? `let ${nothing ? "nobody" : "only some"} connect to it`
      : `let it connect to ${nothing ? "nothing, not even DNS" : "some only; DNS has to be among them"}`;
  return note(`${direction}Isolated`, `NetworkPolicies (${listed(names)}) ${what}`, {
    remedies: [run("see the rules", `kube describe networkpolicy ${names.join(" ")}`, policies[0]?.metadata.namespace)],
  });
}
