import type { EventRecorder } from "../../client/event-recorder.ts";
import type { ContainerWait } from "./pod-plan.ts";
import type { PodState } from "./pod-state.ts";
import { containerReference, podText } from "./pod-text.ts";

/** Tells, once for each end of a container, that it has to wait before it runs again. */
export class BackoffEvents {
  readonly #events: EventRecorder;
  /** Records of ended containers. */
  readonly #told = new Set<string>();

  constructor(events: EventRecorder) {
    this.#events = events;
  }

  tell({ pod, containers }: PodState, waits: ReadonlyMap<string, ContainerWait>): void {
    for (const id of this.#told) if (!containers.some((record) => record.id === id)) this.#told.delete(id);
    for (const [name, { reason }] of waits) {
      const ended = containers.find((record) => record.name === name)?.id;
      if (reason !== "CrashLoopBackOff" || ended === undefined || this.#told.has(ended)) continue;
      this.#told.add(ended);
      const message = `Back-off restarting failed container ${name} in pod ${podText(pod)}`;
      this.#events.record(containerReference(pod, { name }), "Warning", "BackOff", message);
    }
  }
}
