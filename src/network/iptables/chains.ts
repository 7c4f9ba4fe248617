/** Chains of ours in the kernel's tables, by the names of both. A chain's rules are what stands behind `-A NAME`. */
export type TableName = "nat" | "filter" | "mangle";
export type Chains = ReadonlyMap<string, readonly string[]>;
export type ChainsByTable = Readonly<Record<TableName, Chains>>;

export const noChains: ChainsByTable = { nat: new Map(), filter: new Map(), mangle: new Map() };

/** The kernel allows 28 characters: who the chain belongs to, what it is for, and a hash of the rest. */
const HASH_LENGTH = 10;

/** What the names of a cluster's chains begin with. */
export const chainTag = (cluster: string): string => `kube-${hash(cluster).slice(0, 6)}`;

export const chainName = (tag: string, purpose: string, id: string): string => `${tag}-${purpose}-${hash(id)}`;

const hash = (text: string): string =>
  Bun.hash.xxHash64(text).toString(36).padStart(HASH_LENGTH, "0").slice(-HASH_LENGTH);

/**
 * The input of `iptables-restore --noflush` that turns `before` into `after`; empty when nothing changed. Each table is one transaction. A
 * chain that is named at the top of its table is made, or emptied, before anything is added.
 */
export function chainsChange(before: ChainsByTable, after: ChainsByTable): string {
  return (["nat", "filter", "mangle"] as const)
    .map((table) => tableChange(table, before[table], after[table]))
    .join("");
}

function tableChange(table: TableName, before: Chains, after: Chains): string {
  const changed = [...after].filter(([name, rules]) => !isSame(before.get(name), rules));
  const gone = [...before.keys()].filter((name) => !after.has(name));
  if (changed.length === 0 && gone.length === 0) return "";
  const lines = [
    `*${table}`,
    ...[...changed.map(([name]) => name), ...gone].map((name) => `:${name} - [0:0]`),
    ...changed.flatMap(([name, rules]) => rules.map((rule) => `-A ${name} ${rule}`)),
    ...gone.map((name) => `-X ${name}`),
    "COMMIT",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function isSame(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((rule, index) => rule === b[index]);
}
