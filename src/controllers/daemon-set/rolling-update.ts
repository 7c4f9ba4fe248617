import { isPodAvailable } from "../../api/pod-readiness.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { scaledValue } from "../scaled-value.ts";
import { isStaying, isUpToDate, type Place, type PlaceRules } from "./daemons-on-node.ts";

export interface UpdateStep {
  readonly remove: readonly Pod[];
  /** Nodes that get a new pod beside the old one. */
  readonly surgeNodes: readonly string[];
}

/** How far an update may go at a time. */
export interface Pace {
  readonly surge: number;
  readonly unavailable: number;
}

export function paceOf({ spec }: DaemonSet, desired: number): Pace {
  const { maxSurge = 0, maxUnavailable = 1 } = spec?.updateStrategy?.rollingUpdate ?? {};
  const surge = Math.ceil(scaledValue(maxSurge, desired));
  const unavailable = Math.ceil(scaledValue(maxUnavailable, desired));
  // Neither would mean that nothing ever moves.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

interface Pair {
  readonly place: Place;
  readonly newest: Pod | undefined;
  readonly old: Pod | undefined;
  /** More than one of a kind: what keeps places in order comes first. */
  readonly isCrowded: boolean;
}

/** The next pods to be replaced. `places` are the nodes that should have a daemon or have one. */
export function updateStep(places: readonly Place[], rules: PlaceRules, pace: Pace, nowMs: number): UpdateStep {
  const isAvailable = (pod: Pod): boolean => isPodAvailable(pod, rules.minReadySeconds, nowMs);
  const pairs = places.map((place) => pairOn(place, rules.hash));
  return pace.surge === 0
    ? replaceStep(pairs, pace.unavailable, isAvailable)
    : surgeStep(pairs, pace.surge, isAvailable);
}

/** Removes old pods; their places get new ones as empty places do. What does not work is removed whatever the limit. */
function replaceStep(pairs: readonly Pair[], most: number, isAvailable: (pod: Pod) => boolean): UpdateStep {
  const broken: Pod[] = [];
  const working: Pod[] = [];
  let unavailable = 0;
  for (const { newest, old, isCrowded } of pairs) {
    if (isCrowded || Boolean(newest) === Boolean(old)) unavailable += 1;
    else if (newest) unavailable += isAvailable(newest) ? 0 : 1;
    else if (old && isAvailable(old)) working.push(old);
    else if (old) {
      broken.push(old);
      unavailable += 1;
    }
  }
  return { remove: [...broken, ...working.slice(0, Math.max(0, most - unavailable))], surgeNodes: [] };
}

/** Adds new pods beside old ones, and removes the old when the new are available. */
function surgeStep(pairs: readonly Pair[], most: number, isAvailable: (pod: Pod) => boolean): UpdateStep {
  const remove: Pod[] = [];
  const departing: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let available = 0;
  for (const { place, newest, old, isCrowded } of pairs) {
    if (isCrowded) {
      surging += 1;
      continue;
    }
    const counted = old ?? newest;
    if (counted && isAvailable(counted)) available += 1;
    if (!old) continue;
    if (newest) {
      if (isAvailable(newest)) remove.push(old);
      else surging += 1;
    } else if (place.fit === "run") (isAvailable(old) ? candidates : urgent).push(place.nodeName);
    else (isAvailable(old) ? departing : remove).push(old);
  }
  const desired = pairs.filter(({ place }) => place.fit === "run").length;
  return {
    // Who surges expects to be fully available: what leaves a node for good waits for its replacement elsewhere.
    remove: [...remove, ...departing.slice(0, Math.max(0, available - desired))],
    surgeNodes: [...urgent, ...candidates.slice(0, Math.max(0, most - surging))],
  };
}

function pairOn(place: Place, hash: string): Pair {
  const staying = place.pods.filter(isStaying);
  const newest = staying.filter((pod) => isUpToDate(pod, hash));
  const old = staying.filter((pod) => !isUpToDate(pod, hash));
  return { place, newest: newest[0], old: old[0], isCrowded: newest.length > 1 || old.length > 1 };
}
