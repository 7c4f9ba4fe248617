import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { DeleteChoices } from "./object-delete.ts";

/** What a request to delete an object comes to. */
export type Deletion =
  /** The deletion is under way already, and this request changes nothing about it. */
  | { readonly action: "none" }
  | { readonly action: "refuse"; readonly detail: string }
  /** The object stays for a while: somebody must act first. */
  | { readonly action: "mark"; readonly draft: KubeObject; readonly accepted: boolean }
  | { readonly action: "remove" };

const ORPHAN_FINALIZER = "orphan";
const FOREGROUND_FINALIZER = "foregroundDeletion";

/** Upstream's BeforeDelete and updateForGracefulDeletionAndFinalizers as one decision. */
export function deletion(kind: Kind, current: Readonly<KubeObject>, options: DeleteChoices, now: number): Deletion {
  const grace = gracePeriod(kind, current, options, now);
  if (grace === "pending") return { action: "none" };

  const finalizers = finalizersFor(kind, current, options);
  const ownFinalizers = kind.strategy.ownFinalizers?.(current) ?? [];
  if (ownFinalizers.length > 0 && current.metadata.deletionTimestamp) {
    return { action: "refuse", detail: CONTENT_REMAINS };
  }
  const isBlocked = finalizers.length > 0 || ownFinalizers.length > 0;
  // A graceful deletion with no time left is as good as one that is over, unless a finalizer holds the object.
  const isRunning = grace !== undefined && grace.seconds > 0;
  if (!isBlocked && !isRunning) return { action: "remove" };

  const draft = cloneJson(current) as KubeObject;
  setFinalizers(draft, finalizers);
  markDeleted(draft, grace ?? { seconds: 0, timestamp: timestamp(now) });
  if (ownFinalizers.length > 0) delete draft.metadata.deletionGracePeriodSeconds;
  kind.strategy.prepareDelete?.(draft);
  return { action: "mark", draft, accepted: options.orphanDependents === false };
}

/** Kubernetes has this wording for namespaces, the only kind with finalizers of its own (pkg/registry/core/namespace/storage). */
const CONTENT_REMAINS =
  "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.";

interface Grace {
  readonly seconds: number;
  readonly timestamp: string;
}

/** The grace period this request sets; undefined: none. */
function gracePeriod(
  { strategy }: Kind,
  current: Readonly<KubeObject>,
  options: DeleteChoices,
  now: number,
): Grace | "pending" | undefined {
  if (!strategy.gracePeriodSeconds) return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds } = current.metadata;
  // Kubernetes takes a negative period for the shortest one.
  const asked = options.gracePeriodSeconds === undefined ? undefined : atLeast(options.gracePeriodSeconds);
  if (deletionTimestamp) {
    if (!deletionGracePeriodSeconds) return undefined;
    return shortened({ deletionTimestamp, deletionGracePeriodSeconds }, asked, now);
  }
  const seconds = strategy.deletesAtOnce?.(current) ? 0 : (asked ?? atLeast(strategy.gracePeriodSeconds(current)));
  return { seconds, timestamp: timestamp(now + seconds * 1000) };
}

const atLeast = (seconds: number): number => (seconds < 0 ? 1 : seconds);

/** A running grace period can only be made shorter. */
function shortened(
  running: { readonly deletionTimestamp: string; readonly deletionGracePeriodSeconds: number },
  asked: number | undefined,
  now: number,
): Grace | "pending" {
  if (asked === undefined || asked >= running.deletionGracePeriodSeconds) return "pending";
  const begun = Date.parse(running.deletionTimestamp) - running.deletionGracePeriodSeconds * 1000;
  const end = begun + asked * 1000;
  if (end >= now) return { seconds: asked, timestamp: timestamp(end) };
  return { seconds: asked === 0 ? 0 : 1, timestamp: timestamp(now) };
}

function markDeleted({ metadata }: KubeObject, { seconds, timestamp: end }: Grace): void {
  if (!metadata.deletionTimestamp && metadata.generation) metadata.generation += 1;
  if (!metadata.deletionTimestamp || Date.parse(metadata.deletionTimestamp) > Date.parse(end)) {
    metadata.deletionTimestamp = end;
  }
  metadata.deletionGracePeriodSeconds = seconds;
}

function setFinalizers({ metadata }: KubeObject, finalizers: readonly string[]): void {
  if (finalizers.length > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
}

/** Those of the object, and of the two that the garbage collector serves the one that the request or the kind asks for. */
function finalizersFor(kind: Kind, { metadata }: Readonly<KubeObject>, options: DeleteChoices): readonly string[] {
  const present = metadata.finalizers ?? [];
  const { cleanupFinalizer } = kind.strategy;
  if (cleanupFinalizer !== undefined && !metadata.deletionTimestamp) {
    return present.includes(cleanupFinalizer) ? present : [...present, cleanupFinalizer];
  }
  const propagation = propagationOf(kind, present, options);
  const wanted =
    propagation === "Orphan" ? [ORPHAN_FINALIZER] : propagation === "Foreground" ? [FOREGROUND_FINALIZER] : [];
  const others = present.filter((finalizer) => finalizer !== ORPHAN_FINALIZER && finalizer !== FOREGROUND_FINALIZER);
  return [...others, ...wanted];
}

type Propagation = "Orphan" | "Foreground" | "Background";

const isPropagation = (policy: string | undefined): policy is Propagation =>
  policy === "Orphan" || policy === "Foreground" || policy === "Background";

function propagationOf(kind: Kind, present: readonly string[], options: DeleteChoices): Propagation {
  if (kind.strategy.defaultPropagation === "unsupported") return "Background";
  if (options.orphanDependents !== undefined) return options.orphanDependents ? "Orphan" : "Background";
  const { propagationPolicy } = options;
  if (isPropagation(propagationPolicy)) return propagationPolicy;
  if (present.includes(ORPHAN_FINALIZER)) return "Orphan";
  if (present.includes(FOREGROUND_FINALIZER)) return "Foreground";
  return kind.strategy.defaultPropagation === "orphan" ? "Orphan" : "Background";
}
