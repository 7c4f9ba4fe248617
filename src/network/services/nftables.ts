import type { NetfilterCommand } from "./netfilter-command.ts";
import { ELEMENTS, emptyRuleset, type Ruleset, rulesetChange } from "./ruleset.ts";

/**
 * One table of ours in the kernel. What belongs to a Service goes to a pod; what is left of the cluster's ranges is refused at once: without
 * that, packets for an address nobody has would leave by the host's default route and be answered by whoever is there.
 */
export interface NftablesTable {
  /** Makes the table anew, with nothing in it but the refusals. */
  install(): Promise<void>;
  /** One transaction with what changed since the last call. */
  apply(ruleset: Ruleset): Promise<void>;
  /** Puts the table back as it was, when somebody else removed it: others flush rulesets. Says whether it had to. */
  repair(): Promise<boolean>;
  remove(): Promise<void>;
}

export interface NftablesOptions {
  readonly cluster: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** The bridge that pods are on; undefined when there is none, and every pod address is refused. */
  readonly bridge: string | undefined;
  /**
   * Whether bridged packets pass netfilter (br_netfilter). Without it the answer of a pod to its neighbour would come back unchanged, from an
   * address the neighbour never called, so the caller's address is hidden behind the host's.
   */
  readonly seesBridgedPackets: boolean;
  readonly command: NetfilterCommand;
}

function tableName(cluster: string): string {
  return `ip kube-${cluster}`;
}

export function nftablesTable(options: NftablesOptions): NftablesTable {
  const table = tableName(options.cluster);
  let current = emptyRuleset;
  // A repair in the middle of an update would put back what the update replaces.
  const inTurn = turns();
  const repaired = async (): Promise<boolean> => {
    if (await options.command.hasTable(table)) return false;
    const rules = rulesetChange(table, emptyRuleset, current);
    await options.command.run(`${baseTable(table, options)}${rules.map((line) => `${line}\n`).join("")}`);
    return true;
  };
  return {
    install: () =>
      inTurn(async () => {
        await options.command.run(baseTable(table, options));
        current = emptyRuleset;
      }),
    apply: (ruleset) =>
      inTurn(async () => {
        const change = rulesetChange(table, current, ruleset);
        if (change.length === 0) return;
        const script = `${change.join("\n")}\n`;
        try {
          await options.command.run(script);
        } catch (error) {
          if (!(await repaired())) throw error;
          await options.command.run(script);
        }
        current = ruleset;
      }),
    repair: () => inTurn(repaired),
    remove: () =>
      inTurn(async () => {
        await options.command.run(removal(table));
        current = emptyRuleset;
      }),
  };
}

/** Runs one piece of work after the other. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}

/** `add` first, so that deleting a table that is not there is no failure. */
function removal(table: string): string {
  return `add table ${table}\ndelete table ${table}\n`;
}

/** Before Docker's chains, which are at the customary priorities. */
const NAT_PRIORITY = -110;
const FILTER_PRIORITY = -10;
const POSTROUTING_PRIORITY = 90;

export function baseTable(table: string, options: Omit<NftablesOptions, "command">): string {
  const { podRange, serviceRange, bridge, seesBridgedPackets } = options;
  const podMasquerade = seesBridgedPackets
    ? []
    : [`ct status dnat ip saddr ${podRange} ip daddr ${podRange} masquerade`];
  return [
    removal(table),
    `table ${table} {\n`,
    `  map ${ELEMENTS[0]} { type ipv4_addr . inet_proto . inet_service : verdict; }\n`,
    `  map ${ELEMENTS[1]} { type inet_proto . inet_service : verdict; }\n`,
    `  set ${ELEMENTS[2]} { type ipv4_addr . ipv4_addr; }\n`,
    chain("dispatch", [
      `ip daddr . meta l4proto . th dport vmap @${ELEMENTS[0]}`,
      // Node ports on 127.x are served by listeners: the kernel does not route from there.
      `ip daddr != 127.0.0.0/8 fib daddr type local meta l4proto . th dport vmap @${ELEMENTS[1]}`,
    ]),
    chain("refuse", [
      "ct status dnat return",
      `ip daddr ${serviceRange} meta l4proto tcp reject with tcp reset`,
      `ip daddr ${serviceRange} reject with icmp port-unreachable`,
      `ip daddr ${podRange} ${bridge === undefined ? "" : `oifname != "${bridge}" `}reject with icmp host-unreachable`,
    ]),
    chain("prerouting", [`type nat hook prerouting priority ${NAT_PRIORITY};`, "jump dispatch"]),
    chain("output", [`type nat hook output priority ${NAT_PRIORITY};`, "jump dispatch"]),
    chain("postrouting", [
      `type nat hook postrouting priority ${POSTROUTING_PRIORITY};`,
      `ct status dnat ip saddr . ip daddr @${ELEMENTS[2]} masquerade`,
      ...podMasquerade,
    ]),
    chain("filter-forward", [`type filter hook forward priority ${FILTER_PRIORITY};`, "jump refuse"]),
    chain("filter-output", [`type filter hook output priority ${FILTER_PRIORITY};`, "jump refuse"]),
    "}\n",
  ].join("");
}

const chain = (name: string, rules: readonly string[]): string =>
  `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join("")}  }\n`;
