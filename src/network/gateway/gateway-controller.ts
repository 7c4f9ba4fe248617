import { isApiError } from "../../api/api-error.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { customresourcedefinitions, namespaces, secrets, services } from "../../api/resources.ts";
import type { CustomResourceDefinition } from "../../api/types/apiextensions-v1.ts";
import type { Client } from "../../client/client.ts";
import { InformerFactory } from "../../client/informer-factory.ts";
import type { Logger } from "../../lib/logger.ts";
import { randomFraction } from "../../lib/random.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { CoalescedWork } from "../coalesced-work.ts";
import type { KeyAndCertificate } from "../ingress/ingress-certificates.ts";
import type { IngressDecision, ProxiedRequest } from "../ingress/ingress-decision.ts";
import type { ServiceBackend } from "../ingress/ingress-routes.ts";
import type { ProxyContext } from "../ingress/proxy-context.ts";
import type { EndpointAddress } from "../services/route-endpoints.ts";
import { gatewayDecision, type GatewayDecisionView } from "./gateway-decision.ts";
import { GatewayDoors } from "./gateway-doors.ts";
import { gatewayPlan, type GatewayPlan, keyOf } from "./gateway-plan.ts";
import { classStatus, gatewayStatus, routeStatus } from "./gateway-status.ts";
import {
  GATEWAY_CONTROLLER,
  GATEWAY_GROUP,
  gatewayClasses,
  gateways,
  httpRoutes,
  type ReferenceGrant,
  referenceGrants,
} from "./gateway-types.ts";

export interface GatewayOptions {
  readonly cluster: string;
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly proxy: Omit<ProxyContext, "decide">;
  readonly endpointsOf: (backend: ServiceBackend) => readonly EndpointAddress[] | undefined;
  readonly fallbackCertificate: KeyAndCertificate;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Gateways extends AsyncDisposable {
  /** Where a request goes that came in by the port of Ingresses; undefined when no route names its host. */
  decision(request: ProxiedRequest, port: number): IngressDecision | undefined;
}

const COALESCE_MS = 10;
const CLASS_NAME = "kube";
const NO_PLAN: GatewayPlan = { classes: [], gateways: [], routes: [] };

/** Serves Gateway API as long as its definitions are there; users bring them, and may take them away. */
export function followGateways(options: GatewayOptions): Gateways {
  const { informers, clock, log } = options;
  const definitions = informers.informer(customresourcedefinitions);
  let session: GatewaySession | undefined;
  let grantsVersion: string | undefined;
  const work = new CoalescedWork({
    name: "The start of Gateway API",
    async work() {
      const all = definitions.list();
      const isServed = [gatewayClasses, gateways, httpRoutes].every(
        (type) => servedVersion(all, type.resource, ["v1"]) !== undefined,
      );
      const grants = servedVersion(all, "referencegrants", ["v1", "v1beta1"]);
      if (session && (!isServed || grants !== grantsVersion)) {
        await session[Symbol.asyncDispose]();
        session = undefined;
      }
      grantsVersion = grants;
      if (isServed) session ??= await GatewaySession.start(options, grants);
    },
    delayMs: COALESCE_MS,
    clock,
    log,
  });
  const changed = (definition: CustomResourceDefinition): void => {
    if (definition.spec.group === GATEWAY_GROUP) work.trigger();
  };
  const unsubscribe = definitions.onChange({ added: changed, updated: changed, deleted: changed });
  return {
    decision: (request, port) => session?.decision(request, port),
    async [Symbol.asyncDispose]() {
      unsubscribe();
      await work[Symbol.asyncDispose]();
      await session?.[Symbol.asyncDispose]();
    },
  };
}

function servedVersion(
  all: readonly CustomResourceDefinition[],
  resource: string,
  wanted: readonly string[],
): string | undefined {
  const found = all.find(
    ({ metadata }) => metadata.name === `${resource}.${GATEWAY_GROUP}` && metadata.deletionTimestamp === undefined,
  );
  const isEstablished = found?.status?.conditions?.some(
    ({ type, status }) => type === "Established" && status === "True",
  );
  if (!isEstablished) return undefined;
  return wanted.find((version) => found?.spec.versions.some(({ name, served }) => served && name === version));
}

/** While the definitions are there: follows the objects, listens, and tells what became of each. */
class GatewaySession implements AsyncDisposable {
  readonly #options: GatewayOptions;
  readonly #grants: ResourceType<ReferenceGrant> | undefined;
  /** Its own: these informers end with the definitions. */
  readonly #own: InformerFactory;
  readonly #doors: GatewayDoors;
  readonly #work: CoalescedWork;
  readonly #unsubscribe: (() => void)[] = [];
  #plan = NO_PLAN;

  static async start(options: GatewayOptions, grantsVersion: string | undefined): Promise<GatewaySession> {
    await createClass(options.client);
    return new GatewaySession(options, grantsVersion);
  }

  private constructor(options: GatewayOptions, grantsVersion: string | undefined) {
    const { client, informers, clock, log } = options;
    this.#options = options;
    this.#grants = grantsVersion === undefined ? undefined : referenceGrants(grantsVersion);
    this.#own = new InformerFactory(client, { clock, log });
    const certificates = informers.informer(secrets, { fieldSelector: "type=kubernetes.io/tls" });
    this.#doors = new GatewayDoors({
      ...options,
      decide: (request, { routes, port }) => gatewayDecision(request, this.#view(routes, port)),
      secret: (key) => certificates.get(key),
    });
    this.#work = new CoalescedWork({
      name: "The update of Gateways",
      work: async () => await this.#update(),
      delayMs: COALESCE_MS,
      clock,
      log,
    });
    const trigger = (): void => this.#work.trigger();
    const follow = (type: ResourceType): void =>
      void this.#unsubscribe.push(
        this.#own.informer(type).onChange({ added: trigger, updated: trigger, deleted: trigger }),
      );
    for (const type of [gatewayClasses, gateways, httpRoutes] as const) follow(type);
    if (this.#grants) follow(this.#grants);
    for (const informer of [informers.informer(services), informers.informer(namespaces), certificates]) {
      this.#unsubscribe.push(informer.onChange({ added: trigger, updated: trigger, deleted: trigger }));
    }
  }

  decision(request: ProxiedRequest, port: number): IngressDecision | undefined {
    const doors = this.#plan.gateways.flatMap((each) => each.doors.filter(({ isTls }) => isTls === request.isTls));
    // A route for any host would have every name that means something else there.
    const routes = doors.flatMap((door) => door.routes).filter(({ host }) => host !== undefined);
    const decision = gatewayDecision(request, this.#view(routes, port));
    return decision.kind === "refuse" && decision.status === 404 ? undefined : decision;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#work[Symbol.asyncDispose]();
    await this.#doors[Symbol.asyncDispose]();
    await this.#own[Symbol.asyncDispose]();
  }

  #view(routes: GatewayDecisionView["routes"], port: number): GatewayDecisionView {
    return { routes, port, endpointsOf: this.#options.endpointsOf, random: randomFraction };
  }

  async #update(): Promise<void> {
    const { informers, clock } = this.#options;
    await this.#own.synced();
    const certificates = informers.informer(secrets, { fieldSelector: "type=kubernetes.io/tls" });
    const serviceOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
      informers.informer(services).get(`${namespace}/${name}`);
    this.#plan = gatewayPlan({
      classes: this.#own.informer(gatewayClasses).list(),
      gateways: this.#own.informer(gateways).list(),
      routes: this.#own.informer(httpRoutes).list(),
      grants: this.#grants ? this.#own.informer(this.#grants).list() : [],
      namespaceLabels: new Map(
        informers
          .informer(namespaces)
          .list()
          .map(({ metadata }) => [metadata.name ?? "", metadata.labels ?? {}]),
      ),
      hasCertificate: (key) => certificates.get(key) !== undefined,
      hasService: (service) => serviceOf(service) !== undefined,
      hasServicePort: (service, port) => serviceOf(service)?.spec?.ports?.some((each) => each.port === port) ?? false,
    });
    await this.#doors.apply(this.#plan.gateways);
    await this.#tell(new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().replace(".000Z", "Z"));
  }

  async #tell(now: string): Promise<void> {
    for (const each of this.#plan.classes) await this.#writeStatus(gatewayClasses, each, classStatus(each, now));
    for (const planned of this.#plan.gateways) {
      const key = keyOf(planned.gateway);
      const place = {
        address: this.#doors.addressOf(key),
        problemOf: (port: number) => this.#doors.problemOf(key, port),
      };
      await this.#writeStatus(gateways, planned.gateway, gatewayStatus(planned, place, now));
    }
    for (const { route, parents } of this.#plan.routes)
      await this.#writeStatus(httpRoutes, route, routeStatus(route, parents, now));
  }

  async #writeStatus<T extends KubeObject & { readonly status?: unknown }>(
    type: ResourceType<T>,
    object: T,
    status: unknown,
  ): Promise<void> {
    if (Bun.deepEquals(object.status ?? {}, status)) return;
    const { name = "", namespace } = object.metadata;
    try {
      await this.#options.client
        .resource(type)
        .patch({ name, namespace }, { status }, { type: "merge", subresource: "status" });
    } catch (error) {
      // It went meanwhile.
      if (!isApiError(error, "NotFound")) throw error;
    }
  }
}

/** So that users need not name a controller. */
async function createClass(client: Client): Promise<void> {
  try {
    await client.resource(gatewayClasses).create({
      apiVersion: `${GATEWAY_GROUP}/v1`,
      kind: "GatewayClass",
      metadata: { name: CLASS_NAME },
      spec: { controllerName: GATEWAY_CONTROLLER },
    });
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}
