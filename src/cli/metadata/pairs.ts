import { labelValueProblems } from "../../api/names.ts";
import { UserError } from "../../lib/user-error.ts";

/** `key=value` sets, `key-` removes. */
export interface PairChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

export type PairKind = "label" | "annotation";

/** Arguments up to the first pair name objects; pairs must come last. */
export function resourcesAndPairs(
  args: readonly string[],
  kind: PairKind,
): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const isPair = (arg: string): boolean =>
    (arg.includes("=") && !arg.startsWith("=")) || (arg.endsWith("-") && arg !== "-");
  const first = args.findIndex(isPair);
  const [resources, pairs] = first < 0 ? [args, []] : [args.slice(0, first), args.slice(first)];
  const late = pairs.find((arg) => !isPair(arg));
  if (late !== undefined) throw new UserError(`all resources must be specified before ${kind} changes: ${late}`);
  return { resources, pairs };
}

export function labelChanges(pairs: readonly string[]): PairChanges {
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const pair of pairs) {
    const [key = "", value, ...more] = pair.split("=");
    if (value === undefined) removed.push(pair.slice(0, -1));
    else {
      if (more.length > 0) throw new UserError(`invalid label spec: ${pair}`);
      const problems = labelValueProblems(value);
      if (problems.length > 0)
        throw new UserError(`invalid label value: ${JSON.stringify(pair)}: ${problems.join(";")}`);
      set.set(key, value);
    }
  }
  if (removed.some((key) => set.has(key)))
    throw new UserError("can not both modify and remove a label in the same command");
  return { set, removed };
}

export function annotationChanges(pairs: readonly string[]): PairChanges {
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else removed.push(pair.slice(0, -1));
  }
  const both = removed.filter((key) => set.has(key));
  if (both.length > 0)
    throw new UserError(
      `can not both modify and remove the following annotation(s) in the same command: ${both.join(", ")}`,
    );
  return { set, removed };
}
