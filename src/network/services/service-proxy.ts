import { endpointslices, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { type ServiceRoute, serviceRoutes } from "./service-routes.ts";
import { serviceKeyOf, slicesByService } from "./slices-by-service.ts";

/** Something that sends connections where the routes say: the kernel's tables, listeners on localhost. */
export interface DataPath {
  readonly name: string;
  /** Resolves when the routes are in force. */
  apply(routes: readonly ServiceRoute[]): Promise<void>;
}

export interface ServiceProxyOptions {
  readonly informers: InformerFactory;
  readonly dataPaths: readonly DataPath[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Changes within this time are one update: a rolling update touches the same slice many times. */
const COALESCE_MS = 5;
const RETRY_MS = 1000;

/**
 * Keeps the data paths as Services and EndpointSlices say. Level-based: an update always carries the newest routes, and one runs at a time.
 */
export class ServiceProxy implements AsyncDisposable {
  readonly #options: ServiceProxyOptions;
  readonly #slicesOf: (serviceKey: string) => readonly EndpointSlice[];
  readonly #routesByService = new Map<string, readonly ServiceRoute[]>();
  readonly #stale = new Set<string>();
  readonly #unsubscribe: (() => void)[] = [];
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: ServiceProxyOptions) {
    this.#options = options;
    const serviceChanged = (service: Service): void =>
      this.#markStale(`${service.metadata.namespace}/${service.metadata.name}`);
    const sliceChanged = (slice: EndpointSlice): void => {
      const service = serviceKeyOf(slice);
      if (service !== undefined) this.#markStale(service);
    };
    const slices = options.informers.informer(endpointslices);
    this.#slicesOf = slicesByService(slices);
    this.#unsubscribe.push(
      options.informers
        .informer(services)
        .onChange({ added: serviceChanged, updated: serviceChanged, deleted: serviceChanged }),
      slices.onChange({
        added: sliceChanged,
        updated: (slice, previous) => {
          sliceChanged(previous);
          sliceChanged(slice);
        },
        deleted: sliceChanged,
      }),
    );
  }

  /** Makes every data path current again, though nothing changed: for when a path lost what it had. */
  refresh(): void {
    this.#schedule(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#running;
  }

  #markStale(service: string): void {
    this.#stale.add(service);
    this.#schedule(COALESCE_MS);
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped || this.#timer || this.#running) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#turn().then((nextMs) => {
        this.#running = undefined;
        if (this.#stale.size > 0) this.#schedule(nextMs);
      });
    }, delayMs);
  }

  /** Returns how long to wait before what is still stale is tried. */
  async #turn(): Promise<number> {
    try {
      await this.#update();
      return COALESCE_MS;
    } catch (error) {
      this.#options.log.error(`The routes of Services could not be worked out: ${errorText(error)}`, { error });
      return RETRY_MS;
    }
  }

  async #update(): Promise<void> {
    const { informers, dataPaths, log } = this.#options;
    for (const key of this.#stale) {
      const service = informers.informer(services).get(key);
      if (service) this.#routesByService.set(key, serviceRoutes(service, this.#slicesOf(key)));
      else this.#routesByService.delete(key);
    }
    this.#stale.clear();
    const routes = [...this.#routesByService.values()].flat();
    const results = await Promise.allSettled(dataPaths.map(async (path) => await path.apply(routes)));
    for (const [index, result] of results.entries()) {
      if (result.status === "fulfilled") continue;
      log.error(`${dataPaths[index]?.name ?? "data path"} could not be updated: ${errorText(result.reason)}`);
      this.#retryLater();
    }
  }

  #retryLater(): void {
    this.#options.clock.setTimeout(() => this.refresh(), RETRY_MS);
  }
}
