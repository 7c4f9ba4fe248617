import type { Pod } from "../../api/types/core-v1.ts";
import { Backoff } from "../../lib/time/backoff.ts";

/** Upstream's (cmd/kube-controller-manager/app/apps.go). */
const BACKOFF = { initialMs: 1000, maxMs: 15 * 60_000, factor: 2, jitter: 0 };

interface Failures {
  readonly backoff: Backoff;
  lastUid: string;
  lastAtMs: number;
  replaceAtMs: number;
}

/**
 * When failed daemons may be replaced: the first of a node at once, each further one later, so that a daemon that cannot run
 * does not keep the cluster busy.
 */
export class FailedDaemons {
  readonly #byPlace = new Map<string, Failures>();

  /** `place` is a DaemonSet on a node. */
  replaceAt(place: string, { metadata: { uid = "" } }: Pod, nowMs: number): number {
    const known = this.#byPlace.get(place);
    if (known?.lastUid === uid) return known.replaceAtMs;
    const isForgotten = !known || nowMs - known.lastAtMs > 2 * BACKOFF.maxMs;
    const failures: Failures = isForgotten
      ? { backoff: new Backoff(BACKOFF), lastUid: uid, lastAtMs: nowMs, replaceAtMs: nowMs }
      : { ...known, lastUid: uid, lastAtMs: nowMs, replaceAtMs: nowMs + known.backoff.next() };
    this.#byPlace.set(place, failures);
    return failures.replaceAtMs;
  }

  /** The DaemonSet is gone. */
  forget(daemonSet: string): void {
    for (const place of this.#byPlace.keys()) {
      if (place.startsWith(`${daemonSet}/`)) this.#byPlace.delete(place);
    }
  }
}
