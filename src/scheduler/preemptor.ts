import { isApiError } from "../api/api-error.ts";
import { pods } from "../api/resources.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { Client, ResourceClient } from "../client/client.ts";
import type { EventRecorder } from "../client/event-recorder.ts";
import { timestamp, type Clock } from "../lib/time/clock.ts";
import { PREEMPTION_REASON } from "./preemption.ts";

/** Sees to it that less important pods make room. */
export class Preemptor {
  readonly #pods: ResourceClient<Pod>;
  readonly #clock: Clock;

  constructor(client: Client, clock: Clock) {
    this.#pods = client.resource(pods);
    this.#clock = clock;
  }

  /** Tells each victim why, and deletes it. */
  async evict(victims: readonly Pod[], preemptor: Pod, nodeName: string, events: EventRecorder): Promise<void> {
    // Some are on their way out already.
    const staying = victims.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const results = await Promise.allSettled(
      staying.map(async (victim) => {
        if (!(await this.#end(victim, preemptor))) return;
        const message = `Preempted by pod ${preemptor.metadata.uid ?? ""} on node ${nodeName}`;
        events.record(victim, "Normal", "Preempted", message);
      }),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** A less important pod that was promised room on the node has to look elsewhere. */
  async withdraw({ metadata: { name = "", namespace, uid } }: Pod): Promise<void> {
    const patch = { metadata: { uid }, status: { nominatedNodeName: null } };
    await ifThere(() => this.#pods.patch({ name, namespace }, patch, { type: "merge", subresource: "status" }));
  }

  /** Says whether it was still there. */
  async #end({ metadata: { name = "", namespace, uid, generation } }: Pod, preemptor: Pod): Promise<boolean> {
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: PREEMPTION_REASON,
      message: `${preemptor.spec?.schedulerName ?? ""}: preempting to accommodate a higher priority pod`,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: timestamp(this.#clock.now()),
    };
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    const key = { name, namespace };
    const wasThere = await ifThere(() => this.#pods.patch(key, patch, { type: "strategic", subresource: "status" }));
    return wasThere && (await ifThere(() => this.#pods.delete(key, { preconditions: { uid } })));
  }
}

/** Deleted, or deleted and created again, while we thought about it: nothing is left to do. */
async function ifThere(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isApiError(error, "NotFound") || isApiError(error, "Conflict")) return false;
    throw error;
  }
}
