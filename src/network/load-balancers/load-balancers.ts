import { services } from "../../api/resources.ts";
import type { LoadBalancerIngress, Service } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ListenerTarget } from "../services/endpoint-chooser.ts";
import { listenerKey, ListenerSet, type WantedListener } from "../services/listener-set.ts";
import type { DataPath, Routes } from "../services/service-proxy.ts";
import { rangeGuard, type ServiceRoute } from "../services/service-routes.ts";
import { LOCALHOST_PORTS_ANNOTATION, loadBalancerAddress, localhostPorts } from "./load-balancer-address.ts";

export interface LoadBalancersOptions {
  readonly cluster: string;
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where a load balancer listens. */
interface Place {
  readonly ip: string;
  /** Service port (`TCP 80`) -> the port it listens on, where that is another one. */
  readonly otherPorts: ReadonlyMap<string, number>;
}

const MOST_ATTEMPTS = 8;
const LOCALHOST = "127.0.0.1";

/** Gives each Service of type LoadBalancer an address of this machine, listens there, and tells it in the status. */
export class LoadBalancers implements DataPath, AsyncDisposable {
  readonly name = "load balancers";
  readonly #options: LoadBalancersOptions;
  readonly #listeners: ListenerSet;
  readonly #places = new Map<string, Place>();
  readonly #tasks: BackgroundTasks;
  readonly #events: EventRecorder;

  constructor(options: LoadBalancersOptions) {
    this.#options = options;
    this.#listeners = new ListenerSet(options.log);
    this.#tasks = new BackgroundTasks(options.log);
    this.#events = new EventRecorder({ ...options, component: "service-controller" });
  }

  async apply({ services: routes }: Routes): Promise<void> {
    const ours = routes.filter(({ loadBalancer, protocol }) => loadBalancer?.isOurs === true && protocol !== "SCTP");
    const byService = Map.groupBy(ours, ({ service }) => service);
    for (const service of this.#places.keys()) {
      if (byService.has(service)) continue;
      this.#places.delete(service);
      this.#tasks.run(`The status of Service ${service}`, async () => await this.#clearStatus(service));
    }
    for (const [service, ports] of byService) {
      if (!this.#places.has(service)) this.#places.set(service, this.#firstPlace(service, ports));
    }
    await this.#listen(byService);
    for (const [service, ports] of byService) await this.#moveWhileTaken(service, ports, byService);
    for (const service of byService.keys()) {
      this.#tasks.run(`The status of Service ${service}`, async () => await this.#writeStatus(service));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners[Symbol.dispose]();
    await this.#tasks.stop();
    await this.#events[Symbol.asyncDispose]();
  }

  async #listen(byService: ReadonlyMap<string, readonly ServiceRoute[]>): Promise<void> {
    await this.#listeners.apply([...byService.values()].flat().map((route) => this.#wanted(route)));
  }

  /** The one it had, the one it asks for, or one of its own. */
  #firstPlace(service: string, [route]: readonly ServiceRoute[]): Place {
    const asked = this.#service(service)?.spec?.loadBalancerIP;
    const had = route?.loadBalancer?.ips.find((ip) => ip.startsWith("127.") && ip !== LOCALHOST);
    const preferred = asked?.startsWith("127.") ? asked : had;
    const isTaken = (ip: string): boolean => [...this.#places.values()].some((place) => place.ip === ip);
    if (preferred !== undefined && !isTaken(preferred)) return { ip: preferred, otherPorts: new Map() };
    for (let attempt = 0; ; attempt++) {
      const ip = loadBalancerAddress(this.#options.cluster, service, attempt);
      if (!isTaken(ip)) return { ip, otherPorts: new Map() };
    }
  }

  /** Another address when somebody listens on all of them; in the end localhost, on ports that are free. */
  async #moveWhileTaken(
    service: string,
    ports: readonly ServiceRoute[],
    byService: ReadonlyMap<string, readonly ServiceRoute[]>,
  ): Promise<void> {
    const isOpen = (): boolean => ports.every((route) => this.#failure(route) === undefined);
    const isForbidden = (): boolean => ports.some((route) => this.#failure(route) === "EACCES");
    for (let attempt = 1; attempt < MOST_ATTEMPTS && !isOpen() && !isForbidden(); attempt++) {
      const ip = loadBalancerAddress(this.#options.cluster, service, attempt);
      this.#places.set(service, { ip, otherPorts: new Map() });
      await this.#listen(byService);
    }
    if (isOpen()) return;
    const otherPorts = new Map<string, number>();
    this.#places.set(service, { ip: LOCALHOST, otherPorts });
    for (const route of ports) {
      for (const candidate of localhostPorts(route.port)) {
        if (this.#isUsedOnLocalhost(candidate, otherPorts)) continue;
        otherPorts.set(portKey(route), candidate);
        await this.#listen(byService);
        if (this.#failure(route) === undefined) break;
      }
    }
  }

  #isUsedOnLocalhost(port: number, besides: ReadonlyMap<string, number>): boolean {
    return [...this.#places.values()].some(
      ({ ip, otherPorts }) => ip === LOCALHOST && otherPorts !== besides && [...otherPorts.values()].includes(port),
    );
  }

  #wanted(route: ServiceRoute): WantedListener {
    const { ip, otherPorts } = this.#places.get(route.service) ?? { ip: LOCALHOST, otherPorts: new Map() };
    return {
      protocol: route.protocol,
      ip,
      port: otherPorts.get(portKey(route)) ?? route.port,
      purpose: `Load balancer of Service ${route.id}`,
      target: targetOf(route),
    };
  }

  #failure(route: ServiceRoute): string | undefined {
    return this.#listeners.failureOf(listenerKey(this.#wanted(route)));
  }

  async #writeStatus(key: string): Promise<void> {
    const [service, place] = [this.#service(key), this.#places.get(key)];
    if (!service || !place) return;
    const ingress: readonly LoadBalancerIngress[] = [{ ip: place.ip, ipMode: "VIP" }];
    await this.#annotate(service, place);
    if (Bun.deepEquals(service.status?.loadBalancer?.ingress ?? [], ingress)) return;
    this.#events.record(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
    await this.#patchStatus(service, ingress);
    this.#events.record(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
  }

  async #annotate(service: Service, { otherPorts }: Place): Promise<void> {
    const wanted = [...otherPorts].map(([port, other]) => `${port.split(" ")[1]}=${other}`).join(",") || null;
    if ((service.metadata.annotations?.[LOCALHOST_PORTS_ANNOTATION] ?? null) === wanted) return;
    const patch = { metadata: { annotations: { [LOCALHOST_PORTS_ANNOTATION]: wanted } } };
    await this.#options.client.resource(services).patch(keyOf(service), patch, { type: "merge" });
  }

  /** Of a Service that is no load balancer any more. */
  async #clearStatus(key: string): Promise<void> {
    const service = this.#service(key);
    if (!service || service.spec?.type === "LoadBalancer") return;
    await this.#annotate(service, { ip: LOCALHOST, otherPorts: new Map() });
    if ((service.status?.loadBalancer?.ingress ?? []).length === 0) return;
    this.#events.record(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer");
    await this.#patchStatus(service, null);
    this.#events.record(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer");
  }

  async #patchStatus(service: Service, ingress: readonly LoadBalancerIngress[] | null): Promise<void> {
    const patch = { status: { loadBalancer: { ingress } } };
    await this.#options.client
      .resource(services)
      .patch(keyOf(service), patch, { type: "merge", subresource: "status" });
  }

  #service(key: string): Service | undefined {
    return this.#options.informers.informer(services).get(key);
  }
}

const portKey = ({ protocol, port }: ServiceRoute): string => `${protocol} ${port}`;

const keyOf = ({ metadata: { name = "", namespace } }: Service): { name: string; namespace: string | undefined } => ({
  name,
  namespace,
});

/** Connections begin on this machine, and nowhere is nearer than elsewhere. */
function targetOf(route: ServiceRoute): ListenerTarget {
  const { outsideFromWithin, affinitySeconds } = route;
  return { endpointsFor: () => outsideFromWithin.everywhere, admits: rangeGuard(route), affinitySeconds };
}
