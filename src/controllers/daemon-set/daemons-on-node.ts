import { isPodAvailable, isPodReady } from "../../api/pod-readiness.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { REVISION_HASH_LABEL } from "../revision-history.ts";
import type { NodeFit } from "./node-fit.ts";

/** The daemons of one node, and what is to happen to it. */
export interface Place {
  readonly nodeName: string;
  /** Undefined for a node that is not there (any more). */
  readonly fit: NodeFit | undefined;
  readonly pods: readonly Pod[];
}

export interface PlaceRules {
  readonly hash: string;
  readonly minReadySeconds: number;
  readonly allowsSurge: boolean;
  /** When failed pods may be replaced, by uid. */
  readonly replaceAt: Readonly<Record<string, number>>;
}

export interface PlaceChanges {
  readonly needsPod: boolean;
  readonly unwanted: readonly Pod[];
  /** Of those unwanted, the ones that ended by themselves. */
  readonly ended: readonly Pod[];
  readonly waitMs: number | undefined;
}

const NOTHING: PlaceChanges = { needsPod: false, unwanted: [], ended: [], waitMs: undefined };

/** Sees to it that there is one daemon where there should be one, for a moment two while one replaces the other. */
export function placeChanges({ fit, pods }: Place, rules: PlaceRules, nowMs: number): PlaceChanges {
  if (fit === undefined) return { ...NOTHING, unwanted: pods.filter(({ spec }) => !spec?.nodeName) };
  if (fit === "go") return { ...NOTHING, unwanted: pods.filter(isStaying) };
  if (pods.length === 0) return { ...NOTHING, needsPod: fit === "run" };

  const staying = pods.filter(isStaying);
  const failed = staying.filter(({ status }) => status?.phase === "Failed");
  const succeeded = staying.filter(({ status }) => status?.phase === "Succeeded");
  const running = staying.filter((pod) => !failed.includes(pod) && !succeeded.includes(pod)).toSorted(mostWantedFirst);
  const waits = failed.map(({ metadata }) => (rules.replaceAt[metadata.uid ?? ""] ?? nowMs) - nowMs);
  const replaceable = failed.filter((_pod, index) => (waits[index] ?? 0) <= 0);
  const ended = [...replaceable, ...succeeded];
  const waiting = waits.filter((waitMs) => waitMs > 0);
  return {
    needsPod: rules.allowsSurge && running.length === 0 && fit === "run",
    unwanted: [...ended, ...(rules.allowsSurge ? replaced(running, rules, nowMs) : running.slice(1))],
    ended,
    waitMs: waiting.length === 0 ? undefined : Math.min(...waiting),
  };
}

export const isUpToDate = ({ metadata }: Pod, hash: string): boolean => metadata.labels?.[REVISION_HASH_LABEL] === hash;
export const isStaying = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined;

/** Pods that have a node come first, then the older. */
export function mostWantedFirst(a: Pod, b: Pod): number {
  const scheduled = Number(Boolean(b.spec?.nodeName)) - Number(Boolean(a.spec?.nodeName));
  if (scheduled !== 0) return scheduled;
  const key = ({ metadata }: Pod): string => `${metadata.creationTimestamp ?? ""} ${metadata.name ?? ""}`;
  return key(a) < key(b) ? -1 : 1;
}

/** Of each revision the oldest may stay, both only while the new one is not available and the old one still works. */
function replaced(running: readonly Pod[], { hash, minReadySeconds }: PlaceRules, nowMs: number): readonly Pod[] {
  if (running.length <= 1) return [];
  const newest = running.find((pod) => isUpToDate(pod, hash));
  const oldest = running.find((pod) => !isUpToDate(pod, hash));
  const excess = running.filter((pod) => pod !== newest && pod !== oldest);
  if (!newest || !oldest) return excess;
  const isOver = !isPodReady(oldest) || isPodAvailable(newest, minReadySeconds, nowMs);
  return isOver ? [...excess, oldest] : excess;
}
