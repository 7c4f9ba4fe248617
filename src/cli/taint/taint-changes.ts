import { labelKeyProblems, labelValueProblems } from "../../api/names.ts";
import type { Taint } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";

/** What the arguments of `kube taint` want added, and what removed; an empty effect removes all of a key. */
export interface TaintChanges {
  readonly added: readonly Taint[];
  readonly removed: readonly Taint[];
}

const EFFECTS: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export const isTaintArgument = (argument: string): boolean => /[=:]|-$/.test(argument);

/** Reads `key=value:effect`, `key:effect-` and `key-`. Throws kubectl's words for what is none of them. */
export function parseTaints(specs: readonly string[]): TaintChanges {
  const added: Taint[] = [];
  const removed: Taint[] = [];
  for (const spec of specs) {
    if (spec.endsWith("-")) {
      const { key, effect } = parseTaint(spec.slice(0, -1));
      removed.push({ key, effect });
      continue;
    }
    const taint = parseTaint(spec);
    if (taint.effect === "") throw new UserError(`invalid taint spec: ${spec}`);
    if (added.some((each) => isSame(each, taint)))
      throw new UserError(
        `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ""} ${taint.effect} <nil>}`,
      );
    added.push(taint);
  }
  return { added, removed };
}

function parseTaint(spec: string): Taint {
  const [pair = "", effect, ...more] = spec.split(":");
  if (more.length > 0) throw new UserError(`invalid taint spec: ${spec}`);
  if (effect === undefined) return { key: checkedKey(pair, spec), effect: "" };
  if (!EFFECTS.includes(effect)) throw new UserError(`invalid taint effect: ${effect}, unsupported taint effect`);
  const [key = "", value, ...rest] = pair.split("=");
  if (rest.length > 0) throw new UserError(`invalid taint spec: ${spec}`);
  const problems = labelValueProblems(value ?? "");
  if (problems.length > 0) throw new UserError(`invalid taint spec: ${spec}, ${problems.join("; ")}`);
  return { key: checkedKey(key, spec), ...(value ? { value } : {}), effect };
}

function checkedKey(key: string, spec: string): string {
  const problems = labelKeyProblems(key);
  if (problems.length > 0) throw new UserError(`invalid taint spec: ${spec}, ${problems.join("; ")}`);
  return key;
}

/** Taints that one command line would both set and take away. */
export function conflictingTaints({ added, removed }: TaintChanges): readonly string[] {
  return added.flatMap((taint) =>
    removed
      .filter(({ key, effect }) => key === taint.key && (effect === "" || effect === taint.effect))
      .map(({ key, effect }) => `${key}=${effect}`),
  );
}

export interface ChangedTaints {
  readonly taints: readonly Taint[];
  readonly operation: "modified" | "tainted" | "untainted";
}

/** The taints of a node after the change. Throws when it takes away what is not there, or changes what it may not. */
export function changedTaints(
  { name, taints: current }: { readonly name: string; readonly taints: readonly Taint[] },
  { added, removed }: TaintChanges,
  { overwrite }: { readonly overwrite: boolean },
): ChangedTaints {
  const existing = added.filter((taint) => current.some((each) => isSame(each, taint))).map(({ key }) => key);
  if (!overwrite && existing.length > 0)
    throw new UserError(
      `node ${name} already has ${existing.join(",")} taint(s) with same effect(s) and --overwrite is false`,
    );
  const wanted = [...added, ...current.filter((taint) => !added.some((each) => isSame(each, taint)))];
  const hasAdded = wanted.length !== current.length;
  let taints: readonly Taint[] = wanted;
  let hasRemoved = false;
  const problems: UserError[] = [];
  for (const taint of removed) {
    const kept = taints.filter((each) => (taint.effect === "" ? each.key !== taint.key : !isSame(each, taint)));
    hasRemoved = kept.length !== taints.length;
    if (!hasRemoved) problems.push(new UserError(`taint ${JSON.stringify(taintText(taint))} not found`));
    taints = kept;
  }
  if (problems.length > 0) throw problems.length === 1 ? problems[0] : new AggregateError(problems);
  if ((hasAdded && hasRemoved) || overwrite) return { taints, operation: "modified" };
  return { taints, operation: hasAdded ? "tainted" : "untainted" };
}

const isSame = (left: Taint, right: Taint): boolean => left.key === right.key && left.effect === right.effect;

const taintText = ({ key, effect }: Taint): string => (effect === "" ? key : `${key}:${effect}`);
