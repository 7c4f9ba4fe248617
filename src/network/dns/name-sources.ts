import * as packet from "dns-packet";

import {
  addressAnswer,
  clusterAnswer,
  type DnsAnswer,
  type DnsQuestion,
  type DnsRecord,
  type DnsView,
} from "./cluster-records.ts";
import type { Resolver } from "./dns-config.ts";
import type { Upstream } from "./upstream.ts";

/** Where names are looked up, in this order: among the hosts that users list, in the cluster, at other resolvers. */
export interface NameSources {
  readonly view: DnsView;
  readonly upstream: Upstream;
  /** Addresses of a name that stands for itself; undefined: it does not. */
  readonly hosts: (name: string) => readonly string[] | undefined;
  /** Who is asked for a name that is not the cluster's. */
  readonly resolvers: (name: string) => readonly Resolver[];
}

type Found = Extract<DnsAnswer, { outcome: "found" }>;

/** Aliases of aliases of aliases are a mistake, or a circle. */
const MOST_ALIASES = 8;

export function localAnswer(question: DnsQuestion, { view, hosts }: NameSources): DnsAnswer {
  const ips = hosts(question.name);
  return ips ? addressAnswer(question, ips) : clusterAnswer(question, view);
}

export async function askElsewhere(
  query: Buffer,
  by: "udp" | "tcp",
  name: string,
  { upstream, resolvers }: NameSources,
): Promise<Buffer | undefined> {
  return await upstream.ask(query, by, resolvers(name));
}

/**
 * A pod's C library does not look up the name that an alias stands for (a Service of type ExternalName): it expects the addresses in the same
 * answer.
 */
export async function followAliases(answer: Found, { type }: DnsQuestion, names: NameSources): Promise<Found> {
  if (type !== "A" && type !== "AAAA") return answer;
  const answers: DnsRecord[] = [...answer.answers];
  for (let hop = 0; hop < MOST_ALIASES; hop++) {
    const last = answers.at(-1);
    if (last?.type !== "CNAME") break;
    const question = { name: last.value.toLowerCase().replace(/\.$/, ""), type };
    const next = localAnswer(question, names);
    if (next.outcome === "found") answers.push(...next.answers);
    if (next.outcome === "elsewhere") answers.push(...(await recordsElsewhere(question, names)));
    if (next.outcome !== "found") break;
  }
  return { ...answer, answers };
}

async function recordsElsewhere({ name, type }: DnsQuestion, names: NameSources): Promise<readonly DnsRecord[]> {
  const query = packet.encode({
    type: "query",
    id: crypto.getRandomValues(new Uint16Array(1))[0] ?? 0,
    flags: packet.RECURSION_DESIRED,
    // A and AAAA only.
    questions: [{ name, type: type as "A", class: "IN" }],
  });
  const received = await askElsewhere(query, "udp", name, names);
  if (!received) return [];
  const { answers = [] } = decoded(received);
  return answers.flatMap((each): readonly DnsRecord[] =>
    each.type === "A" || each.type === "AAAA" || each.type === "CNAME"
      ? [{ type: each.type, name: each.name, value: each.data }]
      : [],
  );
}

/** What another resolver sent may be anything. */
function decoded(bytes: Buffer): { readonly answers?: readonly packet.Answer[] | undefined } {
  try {
    return packet.decode(bytes);
  } catch {
    return {};
  }
}
