/**
 * The parts of our nftables table that change: chains, and sets and maps with their elements. Two rulesets are compared part by part, so that
 * one more endpoint among thousands costs one small transaction.
 */
export interface Ruleset {
  /** Chain name -> its rules. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  readonly sets: ReadonlyMap<string, TableSet>;
}

export interface TableSet {
  readonly keyword: "set" | "map";
  /** What is between the braces when it is made; undefined for those that the table has from the start. */
  readonly declaration: string | undefined;
  /** Key -> value; an empty value for sets. */
  readonly elements: ReadonlyMap<string, string>;
}

export const emptyRuleset: Ruleset = { chains: new Map(), sets: new Map() };

const NO_ELEMENTS: ReadonlyMap<string, string> = new Map();

/** One command with many elements is read far faster than many commands; none gets longer than a pipe likes. */
const MOST_ELEMENTS = 500;

/**
 * The commands that turn `before` into `after`, for one transaction; empty when nothing changed. Order matters: a chain must exist before
 * anything goes to it, and nothing may go to it when it is deleted.
 */
export function rulesetChange(table: string, before: Ruleset, after: Ruleset): readonly string[] {
  const make: string[] = [];
  const fill: string[] = [];
  const remove: string[] = [];
  for (const [name, { keyword, declaration }] of after.sets) {
    // A set's timeout cannot be changed; its members keep theirs, and new members carry the new one.
    if (declaration !== undefined && !before.sets.has(name))
      make.push(`add ${keyword} ${table} ${name} { ${declaration} }`);
  }
  for (const [chain, rules] of after.chains) {
    const previous = before.chains.get(chain);
    if (previous !== undefined && sameRules(previous, rules)) continue;
    make.push(previous === undefined ? `add chain ${table} ${chain}` : `flush chain ${table} ${chain}`);
    for (const rule of rules) fill.push(`add rule ${table} ${chain} ${rule}`);
  }
  for (const name of new Set([...before.sets.keys(), ...after.sets.keys()])) {
    const wanted = after.sets.get(name);
    const old = before.sets.get(name)?.elements ?? NO_ELEMENTS;
    // What is deleted as a whole needs not be emptied.
    if (!wanted && before.sets.get(name)?.declaration !== undefined) continue;
    fill.push(...elementChanges(`${table} ${name}`, old, wanted?.elements ?? NO_ELEMENTS));
  }
  const gone = [...before.chains.keys()].filter((chain) => !after.chains.has(chain));
  for (const chain of gone) remove.push(`flush chain ${table} ${chain}`);
  for (const chain of gone) remove.push(`delete chain ${table} ${chain}`);
  for (const [name, { keyword, declaration }] of before.sets) {
    if (declaration !== undefined && !after.sets.has(name)) remove.push(`delete ${keyword} ${table} ${name}`);
  }
  return [...make, ...fill, ...remove];
}

function elementChanges(
  set: string,
  old: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): readonly string[] {
  if (old === wanted) return [];
  const deleted = [...old].filter(([key, value]) => wanted.get(key) !== value).map(([key]) => key);
  const added = [...wanted]
    .filter(([key, value]) => old.get(key) !== value)
    .map(([key, value]) => (value === "" ? key : `${key} : ${value}`));
  return [
    ...batches(deleted).map((keys) => `delete element ${set} { ${keys.join(", ")} }`),
    ...batches(added).map((elements) => `add element ${set} { ${elements.join(", ")} }`),
  ];
}

function batches(all: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(all.length / MOST_ELEMENTS) }, (_, index) =>
    all.slice(index * MOST_ELEMENTS, (index + 1) * MOST_ELEMENTS),
  );
}

function sameRules(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((rule, index) => rule === b[index]));
}

/** nftables allows 128 characters; what a chain is for may have more, so a hash stands for it, and a readable part comes behind. */
export function chainName(prefix: string, id: string): string {
  const readable = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "")
    .slice(0, 60);
  return `${prefix}-${Bun.hash.xxHash64(id).toString(36)}-${readable}`;
}
