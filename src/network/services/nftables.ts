import { POLICY_SETS, policyRuleset } from "../policies/policy-ruleset.ts";
import { inTurn, type TrafficRules, type TrafficRulesOptions } from "../traffic-rules.ts";
import type { NetfilterCommand } from "./netfilter-command.ts";
import { emptyRuleset, type Ruleset, rulesetChange } from "./ruleset.ts";
import { SERVICE_SETS, serviceRuleset } from "./service-ruleset.ts";

/**
 * One table of ours in the kernel. What belongs to a Service goes to a pod; what is left of the cluster's ranges is refused at once: without
 * that, packets for an address nobody has would leave by the host's default route and be answered by whoever is there.
 */
export interface NftablesTable {
  /** Makes the table anew, with nothing in it but the refusals. */
  install(): Promise<void>;
  /** One transaction with what changed in this part since the last call. */
  apply(part: TablePart, ruleset: Ruleset): Promise<void>;
  /** Puts the table back as it was, when somebody else removed it: others flush rulesets. Says whether it had to. */
  repair(): Promise<boolean>;
  remove(): Promise<void>;
}

/** Each has names of its own for its chains and sets. */
type TablePart = "services" | "policies";

export interface NftablesOptions extends TrafficRulesOptions {
  readonly command: NetfilterCommand;
}

/** Routes and policies as two parts of the table. */
export function nftablesRules(options: NftablesOptions): TrafficRules {
  const table = nftablesTable(options);
  return {
    mode: "nftables",
    install: async () => await table.install(),
    applyRoutes: async ({ services, hostPorts, nodes }) =>
      await table.apply("services", serviceRuleset(services, hostPorts, { podRange: options.podRange, nodes })),
    applyPolicies: async (view) => await table.apply("policies", policyRuleset(view)),
    repair: async () => await table.repair(),
    remove: async () => await table.remove(),
  };
}

function tableName(cluster: string): string {
  return `ip kube-${cluster}`;
}

export function nftablesTable(options: NftablesOptions): NftablesTable {
  const table = tableName(options.cluster);
  const current = new Map<TablePart, Ruleset>();
  const turn = inTurn();
  const repaired = async (): Promise<boolean> => {
    if (await options.command.hasTable(table)) return false;
    const rules = [...current.values()].flatMap((ruleset) => rulesetChange(table, emptyRuleset, ruleset));
    await options.command.run(`${baseTable(table, options)}${rules.map((line) => `${line}\n`).join("")}`);
    return true;
  };
  return {
    install: () =>
      turn(async () => {
        await options.command.run(baseTable(table, options));
        current.clear();
      }),
    apply: (part, ruleset) =>
      turn(async () => {
        const change = rulesetChange(table, current.get(part) ?? emptyRuleset, ruleset);
        if (change.length === 0) return;
        const script = `${change.join("\n")}\n`;
        try {
          await options.command.run(script);
        } catch (error) {
          if (!(await repaired())) throw error;
          await options.command.run(script);
        }
        current.set(part, ruleset);
      }),
    repair: () => turn(repaired),
    remove: () =>
      turn(async () => {
        await options.command.run(removal(table));
        current.clear();
      }),
  };
}

/** `add` first, so that deleting a table that is not there is no failure. */
function removal(table: string): string {
  return `add table ${table}\ndelete table ${table}\n`;
}

/** Before Docker's chains, which are at the customary priorities. */
const NAT_PRIORITY = -110;
const FILTER_PRIORITY = -10;
const POLICY_EGRESS_PRIORITY = -6;
const POLICY_INGRESS_PRIORITY = -5;
const POSTROUTING_PRIORITY = 90;

/** Only these have ports. */
const WITH_PORTS = "meta l4proto { tcp, udp, sctp }";
/** Ports on 127.x are served by listeners: the kernel does not route from there. */
const ON_THIS_MACHINE = "ip daddr != 127.0.0.0/8 fib daddr type local";

export function baseTable(table: string, options: Omit<NftablesOptions, "command">): string {
  const { podRange, serviceRange, bridge, seesBridgedPackets } = options;
  const podMasquerade = seesBridgedPackets
    ? []
    : [`ct status dnat ip saddr ${podRange} ip daddr ${podRange} masquerade`];
  const beyondBridge = bridge === undefined ? "" : `oifname != "${bridge}" `;
  const filter = (hook: string, priority: number): string => `type filter hook ${hook} priority ${priority};`;
  return [
    removal(table),
    `table ${table} {\n`,
    ...Object.entries({ ...SERVICE_SETS, ...POLICY_SETS }).map(
      ([name, { keyword, type }]) => `  ${keyword} ${name} { type ${type}; }\n`,
    ),
    chain("dispatch", [
      "ip daddr . meta l4proto . th dport vmap @cluster-ips",
      `${ON_THIS_MACHINE} meta l4proto . th dport vmap @node-ports`,
      `${WITH_PORTS} dnat ip to ip daddr . meta l4proto . th dport map @host-ports`,
      `${ON_THIS_MACHINE} ${WITH_PORTS} dnat ip to meta l4proto . th dport map @host-ports-anywhere`,
    ]),
    chain("refuse", [
      "ct status dnat return",
      `ip daddr ${serviceRange} meta l4proto tcp reject with tcp reset`,
      `ip daddr ${serviceRange} reject with icmp port-unreachable`,
      "ip daddr . meta l4proto . th dport @refused-ips reject with icmp port-unreachable",
      `ip daddr ${podRange} ${beyondBridge}fib daddr type != local reject with icmp host-unreachable`,
    ]),
    chain("prerouting", [`type nat hook prerouting priority ${NAT_PRIORITY};`, "jump dispatch"]),
    chain("output", [`type nat hook output priority ${NAT_PRIORITY};`, "jump dispatch"]),
    chain("postrouting", [
      `type nat hook postrouting priority ${POSTROUTING_PRIORITY};`,
      "ct status dnat ip saddr . ip daddr @hairpin masquerade",
      ...podMasquerade,
    ]),
    chain("filter-forward", [filter("forward", FILTER_PRIORITY), "jump refuse"]),
    chain("filter-output", [filter("output", FILTER_PRIORITY), "jump refuse"]),
    chain("filter-input", [
      filter("input", FILTER_PRIORITY),
      "ct status dnat return",
      "ip daddr . meta l4proto . th dport @refused-ips reject with icmp port-unreachable",
      "fib daddr type local meta l4proto . th dport @refused-ports reject with icmp port-unreachable",
    ]),
    // Both directions must agree, so each has a chain: what one accepts goes on to the other.
    chain("policy-egress", [
      filter("forward", POLICY_EGRESS_PRIORITY),
      "ct state established,related accept",
      "ip saddr vmap @policy-egress-pods",
    ]),
    chain("policy-ingress", [
      filter("forward", POLICY_INGRESS_PRIORITY),
      "ct state established,related accept",
      "ip daddr vmap @policy-ingress-pods",
    ]),
    // A pod may always talk with its node; what a pod would be elsewhere (DNS) is held against the rules all the same.
    chain("policy-host", [
      filter("input", POLICY_EGRESS_PRIORITY),
      "ct state established,related accept",
      "ip daddr . meta l4proto . th dport @policy-host-ports ip saddr vmap @policy-egress-pods",
    ]),
    "}\n",
  ].join("");
}

const chain = (name: string, rules: readonly string[]): string =>
  `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join("")}  }\n`;
