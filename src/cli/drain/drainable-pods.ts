import { controllerOf } from "../../api/owner-references.ts";
import { isMirrorPod } from "../../api/static-pod.ts";
import type { Pod } from "../../api/types/core-v1.ts";

export interface DrainOptions {
  readonly force: boolean;
  readonly ignoresDaemonSets: boolean;
  readonly deletesEmptyDirData: boolean;
  /** Pods that have been leaving for longer than this are left alone; 0 for none. */
  readonly skipsAfterSeconds: number;
  readonly now: number;
}

/** What becomes of the pods of a node: those that go, what to warn of, and why it cannot be done at all. */
export interface DrainablePods {
  readonly pods: readonly Pod[];
  readonly warnings: string;
  readonly problems: readonly string[];
}

interface Verdict {
  readonly goes: boolean;
  readonly warning?: string;
  readonly problem?: string;
}

type Rule = (pod: Pod, options: DrainOptions, daemonSetProblems: DaemonSetProblems) => Verdict;

/** For pods of a DaemonSet that could not be had, by `namespace/name` of the set. */
export type DaemonSetProblems = ReadonlyMap<string, { readonly message: string; readonly isNotFound: boolean }>;

const GOES: Verdict = { goes: true };
const STAYS: Verdict = { goes: false };

export const daemonSetOf = (pod: Pod): string | undefined => {
  const owner = controllerOf(pod);
  return owner?.kind === "DaemonSet" && owner.apiVersion === "apps/v1"
    ? `${pod.metadata.namespace}/${owner.name}`
    : undefined;
};

const isFinished = ({ status }: Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";

function isLeavingForLong({ metadata }: Pod, { skipsAfterSeconds, now }: DrainOptions): boolean {
  const { deletionTimestamp } = metadata;
  if (skipsAfterSeconds <= 0 || !deletionTimestamp) return false;
  return Math.trunc((now - Date.parse(deletionTimestamp)) / 1000) > skipsAfterSeconds;
}

const RULES: readonly Rule[] = [
  (pod, options) => (isLeavingForLong(pod, options) ? STAYS : GOES),
  (pod, options, daemonSetProblems) => {
    const daemonSet = daemonSetOf(pod);
    if (daemonSet === undefined || isFinished(pod)) return GOES;
    const problem = daemonSetProblems.get(daemonSet);
    if (problem)
      return problem.isNotFound && options.force
        ? { goes: true, warning: problem.message }
        : { goes: false, problem: problem.message };
    return options.ignoresDaemonSets
      ? { goes: false, warning: "ignoring DaemonSet-managed Pods" }
      : { goes: false, problem: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
  },
  (pod) => (isMirrorPod(pod) ? STAYS : GOES),
  (pod, options) => {
    const isLocal = (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined);
    if (!isLocal || isFinished(pod)) return GOES;
    return options.deletesEmptyDirData
      ? { goes: true, warning: "deleting Pods with local storage" }
      : { goes: false, problem: "Pods with local storage (use --delete-emptydir-data to override)" };
  },
  (pod, options) => {
    if (isFinished(pod) || controllerOf(pod)) return GOES;
    return options.force
      ? { goes: true, warning: "deleting Pods that declare no controller" }
      : { goes: false, problem: "Pods that declare no controller (use --force to override)" };
  },
];

/** The rules and their order are kubectl's (kubectl/pkg/drain/filters.go): the last one that was asked has the word. */
export function drainablePods(
  pods: readonly Pod[],
  options: DrainOptions,
  daemonSetProblems: DaemonSetProblems,
): DrainablePods {
  const verdicts = pods.map((pod) => ({ pod, verdict: verdictOn(pod, options, daemonSetProblems) }));
  const named = (key: "warning" | "problem"): readonly string[] => {
    const podsByText = new Map<string, string[]>();
    for (const { pod, verdict } of verdicts) {
      const text = verdict[key];
      if (text === undefined) continue;
      podsByText.set(text, [...(podsByText.get(text) ?? []), `${pod.metadata.namespace}/${pod.metadata.name}`]);
    }
    return [...podsByText].map(([text, names]) => `${text}: ${names.join(", ")}`);
  };
  return {
    pods: verdicts.filter(({ verdict }) => verdict.goes).map(({ pod }) => pod),
    warnings: named("warning").join("; "),
    problems: named("problem").map((text) => `cannot delete ${text}`),
  };
}

function verdictOn(pod: Pod, options: DrainOptions, daemonSetProblems: DaemonSetProblems): Verdict {
  let verdict = GOES;
  for (const rule of RULES) {
    verdict = rule(pod, options, daemonSetProblems);
    if (!verdict.goes) break;
  }
  return verdict;
}
