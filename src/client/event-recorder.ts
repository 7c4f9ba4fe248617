import { isApiError } from "../api/api-error.ts";
import type { KubeObject } from "../api/resource-type.ts";
import { events } from "../api/resources.ts";
import type { Event, ObjectReference } from "../api/types/core-v1.ts";
import { BackgroundTasks } from "../lib/background.ts";
import type { Logger } from "../lib/logger.ts";
import { timestamp, type Clock } from "../lib/time/clock.ts";
import type { Client, ResourceClient } from "./client.ts";
import { EventCorrelator } from "./event-correlator.ts";

export interface EventRecorderOptions {
  readonly client: Client;
  /** Who says it, as users see it: `deployment-controller`, `kubelet`. */
  readonly component: string;
  /** The node it is said on. */
  readonly host?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export type EventType = "Normal" | "Warning";

/** Writes Events about objects. Recording never waits and never fails: an event that cannot be written is logged and lost. */
export class EventRecorder implements AsyncDisposable {
  readonly #options: EventRecorderOptions;
  readonly #events: ResourceClient<Event>;
  readonly #correlator = new EventCorrelator();
  readonly #tasks: BackgroundTasks;
  /** The last writing about each object. */
  readonly #lastSent = new Map<string, Promise<void>>();
  #lastNameAt = 0n;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#events = options.client.resource(events);
    this.#tasks = new BackgroundTasks(options.log);
  }

  record(about: KubeObject | ObjectReference, type: EventType, reason: string, message: string): void {
    if (this.#tasks.signal.aborted) return;
    const decision = this.#correlator.correlate(
      this.#newEvent(referenceTo(about), type, reason, message),
      this.#options.clock.now(),
    );
    if (decision.type === "drop") return;
    // One after the other about one object, so that a count never overtakes the event it counts.
    const key = decision.event.involvedObject.uid ?? describe(decision.event);
    const sent = (this.#lastSent.get(key) ?? Promise.resolve()).then(() =>
      decision.type === "create" ? this.#create(decision.event) : this.#count(decision.event),
    );
    const settled = sent
      .catch(() => undefined)
      .finally(() => {
        if (this.#lastSent.get(key) === settled) this.#lastSent.delete(key);
      });
    this.#lastSent.set(key, settled);
    this.#tasks.run(`Event ${reason} about ${describe(decision.event)}`, () => sent);
  }

  /** Resolves when everything recorded so far was written. */
  async flush(): Promise<void> {
    await Promise.all(this.#lastSent.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tasks.stop();
  }

  async #create(event: Event): Promise<void> {
    try {
      await this.#events.create(event);
    } catch (error) {
      // A namespace that is being deleted takes no more events, and needs none.
      if (isApiError(error, "Forbidden") || isApiError(error, "NotFound")) return;
      throw error;
    }
  }

  async #count(event: Event): Promise<void> {
    const { name = "", namespace } = event.metadata;
    try {
      const patch = { count: event.count, lastTimestamp: event.lastTimestamp, message: event.message };
      await this.#events.patch({ name, namespace }, patch, { type: "strategic" });
    } catch (error) {
      if (!isApiError(error, "NotFound")) throw error;
      // Events are forgotten after an hour; the repeat is then news again.
      const renewed = { ...event, metadata: { name: this.#eventName(event.involvedObject), namespace } };
      this.#correlator.remember(renewed);
      await this.#create(renewed);
    }
  }

  #newEvent(about: ObjectReference, type: EventType, reason: string, message: string): Event {
    const { component, host, clock } = this.#options;
    const now = timestamp(clock.now());
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: this.#eventName(about), namespace: about.namespace ?? "default" },
      involvedObject: about,
      reason,
      message,
      type,
      source: { component, ...(host === undefined ? {} : { host }) },
      reportingComponent: component,
      reportingInstance: host ?? "",
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
  }

  /** `web.17a4c1f0b2d3e4f5`: the object and the nanosecond, made unique where the clock is coarser. */
  #eventName({ name = "" }: ObjectReference): string {
    const now = BigInt(Math.trunc(this.#options.clock.now() * 1000)) * 1000n;
    this.#lastNameAt = now > this.#lastNameAt ? now : this.#lastNameAt + 1n;
    return `${name}.${this.#lastNameAt.toString(16)}`;
  }
}

/** How events and statuses name an object. */
export function referenceTo(about: KubeObject | ObjectReference): ObjectReference {
  if (!("metadata" in about)) return about;
  const { apiVersion, kind, metadata } = about;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    apiVersion,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

const describe = ({ involvedObject: { kind = "", namespace, name = "" } }: Event): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
