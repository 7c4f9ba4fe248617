import { endpointslices, nodes as nodesType, pods as podsType, services } from "../../api/resources.ts";
import type { Node, Pod, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { CoalescedWork } from "../coalesced-work.ts";
import { hasHostPorts, type HostPort, hostPortsOf } from "./host-ports.ts";
import type { RouteNode } from "./route-endpoints.ts";
import { type ServiceRoute, serviceRoutes } from "./service-routes.ts";
import { serviceKeyOf, slicesByService } from "./slices-by-service.ts";

/** Everything that connections are sent by. */
export interface Routes {
  readonly services: readonly ServiceRoute[];
  readonly hostPorts: readonly HostPort[];
  readonly nodes: readonly RouteNode[];
}

/** Something that sends connections where the routes say: the kernel's tables, listeners on localhost. */
export interface DataPath {
  readonly name: string;
  /** Resolves when the routes are in force. */
  apply(routes: Routes): Promise<void>;
}

export interface ServiceProxyOptions {
  readonly informers: InformerFactory;
  readonly dataPaths: readonly DataPath[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** A rolling update touches the same slice many times. */
const COALESCE_MS = 5;

/** Keeps the data paths as Services, EndpointSlices, nodes and the host ports of pods say. */
export class ServiceProxy implements AsyncDisposable {
  readonly #options: ServiceProxyOptions;
  readonly #slicesOf: (serviceKey: string) => readonly EndpointSlice[];
  readonly #routesByService = new Map<string, readonly ServiceRoute[]>();
  readonly #podsWithHostPorts = new Map<string, Pod>();
  readonly #stale = new Set<string>();
  readonly #unsubscribe: readonly (() => void)[];
  readonly #work: CoalescedWork;
  #nodes: readonly RouteNode[] = [];

  constructor(options: ServiceProxyOptions) {
    this.#options = options;
    const { informers, clock, log } = options;
    this.#work = new CoalescedWork({
      name: "The update of Services",
      work: async () => await this.#update(),
      delayMs: COALESCE_MS,
      clock,
      log,
    });
    const slices = informers.informer(endpointslices);
    this.#slicesOf = slicesByService(slices);
    const serviceChanged = (service: Service): void => this.#markStale(keyOf(service));
    const sliceChanged = (slice: EndpointSlice): void => this.#markStale(serviceKeyOf(slice));
    const podChanged = (pod: Pod): void => this.#podChanged(pod);
    const nodeChanged = (): void => this.#nodesChanged();
    this.#unsubscribe = [
      informers.informer(nodesType).onChange({ added: nodeChanged, updated: nodeChanged, deleted: nodeChanged }),
      informers
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
      informers.informer(podsType).onChange({
        added: podChanged,
        updated: podChanged,
        deleted: (pod) => {
          if (this.#podsWithHostPorts.delete(keyOf(pod))) this.#work.trigger();
        },
      }),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#work[Symbol.asyncDispose]();
  }

  #markStale(service: string | undefined): void {
    if (service === undefined) return;
    this.#stale.add(service);
    this.#work.trigger();
  }

  #podChanged(pod: Pod): void {
    const key = keyOf(pod);
    const isServed = hasHostPorts(pod) && (pod.status?.podIPs?.length ?? 0) > 0;
    if (isServed) this.#podsWithHostPorts.set(key, pod);
    else if (!this.#podsWithHostPorts.delete(key)) return;
    this.#work.trigger();
  }

  /** Nodes tell of themselves all the time, and hardly ever something that routes depend on. */
  #nodesChanged(): void {
    const { informers } = this.#options;
    const current = informers.informer(nodesType).list().flatMap(routeNode).toSorted(byPodCidr);
    if (Bun.deepEquals(current, this.#nodes)) return;
    this.#nodes = current;
    for (const service of informers.informer(services).list()) this.#markStale(keyOf(service));
    this.#work.trigger();
  }

  async #update(): Promise<void> {
    const { informers, dataPaths, log } = this.#options;
    const nodes = this.#nodes;
    for (const key of this.#stale) {
      const service = informers.informer(services).get(key);
      if (service) this.#routesByService.set(key, serviceRoutes(service, this.#slicesOf(key), nodes));
      else this.#routesByService.delete(key);
    }
    this.#stale.clear();
    const hostPorts = hostPortsOf([...this.#podsWithHostPorts.values()], nodes);
    const routes = { services: [...this.#routesByService.values()].flat(), hostPorts, nodes };
    const results = await Promise.allSettled(dataPaths.map(async (path) => await path.apply(routes)));
    const failed = results.flatMap((result, index) => {
      if (result.status === "fulfilled") return [];
      const name = dataPaths[index]?.name ?? "data path";
      log.error(`${name} could not be updated: ${errorText(result.reason)}`);
      return [name];
    });
    if (failed.length > 0) throw new Error(`${failed.join(" and ")} could not be updated`);
  }
}

function routeNode({ metadata, spec, status }: Node): readonly RouteNode[] {
  const ip = status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  if (spec?.podCIDR === undefined || ip === undefined) return [];
  const zone = metadata.labels?.["topology.kubernetes.io/zone"];
  return [{ name: metadata.name ?? "", zone, podCidr: spec.podCIDR, ip }];
}

/** Ranges are given out in the order of nodes, so this is that order. */
const byPodCidr = (a: RouteNode, b: RouteNode): number =>
  a.podCidr.localeCompare(b.podCidr, undefined, { numeric: true });

const keyOf = ({ metadata }: Service | Pod): string => `${metadata.namespace}/${metadata.name}`;
