import type { TrafficRulesOptions } from "../traffic-rules.ts";
import { type ChainsByTable, chainTag, type TableName } from "./chains.ts";

/** A built-in chain, and the chain of ours that it begins with. */
export interface Jump {
  readonly table: TableName;
  readonly from: string;
  readonly to: string;
}

/** Policies are in a table that comes before the one in which Docker accepts what pods send each other, whoever comes first there. */
export function jumps(tag: string): readonly Jump[] {
  return [
    { table: "nat", from: "PREROUTING", to: `${tag}-dispatch` },
    { table: "nat", from: "OUTPUT", to: `${tag}-dispatch` },
    { table: "nat", from: "POSTROUTING", to: `${tag}-sources` },
    { table: "filter", from: "FORWARD", to: `${tag}-forward` },
    { table: "filter", from: "OUTPUT", to: `${tag}-refuse` },
    { table: "filter", from: "INPUT", to: `${tag}-input` },
    { table: "mangle", from: "FORWARD", to: `${tag}-policies` },
    { table: "mangle", from: "INPUT", to: `${tag}-host` },
  ];
}

const SENT_ON = "-m conntrack --ctstate DNAT";
const KNOWN = "-m conntrack --ctstate ESTABLISHED,RELATED";

/** The chains that stay, and empty ones for what comes and goes. */
export function baseChains({
  cluster,
  podRange,
  serviceRange,
  bridge,
  seesBridgedPackets,
}: TrafficRulesOptions): ChainsByTable {
  const tag = chainTag(cluster);
  const beyondBridge = bridge === undefined ? "" : `! -o ${bridge} `;
  return {
    nat: new Map([
      [`${tag}-services`, []],
      [`${tag}-hairpin`, []],
      [`${tag}-dispatch`, [`-j ${tag}-services`]],
      [
        `${tag}-sources`,
        [
          `${SENT_ON} -j ${tag}-hairpin`,
          ...(seesBridgedPackets ? [] : [`-s ${podRange} -d ${podRange} ${SENT_ON} -j MASQUERADE`]),
        ],
      ],
    ]),
    filter: new Map([
      [`${tag}-unserved`, []],
      [`${tag}-unserved-here`, []],
      [
        `${tag}-refuse`,
        [
          `${SENT_ON} -j RETURN`,
          `-j ${tag}-unserved`,
          `-d ${serviceRange} -p tcp -j REJECT --reject-with tcp-reset`,
          `-d ${serviceRange} -j REJECT --reject-with icmp-port-unreachable`,
          `-d ${podRange} ${beyondBridge}-m addrtype ! --dst-type LOCAL -j REJECT --reject-with icmp-host-unreachable`,
        ],
      ],
      [`${tag}-forward`, [`-j ${tag}-refuse`]],
      [`${tag}-input`, [`${SENT_ON} -j RETURN`, `-j ${tag}-unserved`, `-j ${tag}-unserved-here`]],
    ]),
    mangle: new Map([
      [`${tag}-egress`, []],
      [`${tag}-ingress`, []],
      [`${tag}-host-ports`, []],
      // Both directions must agree: what one lets pass goes on to the other.
      [`${tag}-policies`, [`${KNOWN} -j RETURN`, `-j ${tag}-egress`, `-j ${tag}-ingress`]],
      [`${tag}-host`, [`${KNOWN} -j RETURN`, `-j ${tag}-host-ports`]],
    ]),
  };
}
