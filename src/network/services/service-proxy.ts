import { endpointslices, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { SERVICE_NAME_LABEL, type ServiceRoute, serviceRoutes } from "./service-routes.ts";

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
      const service = slice.metadata.labels?.[SERVICE_NAME_LABEL];
      if (service !== undefined) this.#markStale(`${slice.metadata.namespace}/${service}`);
    };
    const slices = options.informers.informer(endpointslices);
    slices.addIndex("service", (slice) => {
      const service = slice.metadata.labels?.[SERVICE_NAME_LABEL];
      return service === undefined ? [] : [`${slice.metadata.namespace}/${service}`];
    });
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
      this.#running = this.#update().finally(() => {
        this.#running = undefined;
        if (this.#stale.size > 0) this.#schedule(COALESCE_MS);
      });
    }, delayMs);
  }

  async #update(): Promise<void> {
    const { informers, dataPaths, log } = this.#options;
    const slices = informers.informer(endpointslices);
    for (const key of this.#stale) {
      const service = informers.informer(services).get(key);
      if (service) this.#routesByService.set(key, serviceRoutes(service, slices.byIndex("service", key)));
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
