import { isApiError } from "../../api/api-error.ts";
import { endpointslices, ingressclasses, ingresses, secrets, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { Ingress, IngressLoadBalancerIngress } from "../../api/types/networking-v1.ts";
import type { Client } from "../../client/client.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { CoalescedWork } from "../coalesced-work.ts";
import { followGateways } from "../gateway/gateway-controller.ts";
import { type EndpointAddress, routeEndpoints } from "../services/route-endpoints.ts";
import { serviceKeyOf, slicesByService } from "../services/slices-by-service.ts";
import { AccessLog } from "./access-log.ts";
import { UpstreamPool } from "./http1/upstream-pool.ts";
import { IngressCertificates, type KeyAndCertificate } from "./ingress-certificates.ts";
import { ingressDecision, type IngressView } from "./ingress-decision.ts";
import {
  INGRESS_CONTROLLER,
  ingressTable,
  type IngressTable,
  ownIngresses,
  type ServiceBackend,
} from "./ingress-routes.ts";
import { startIngressServer } from "./ingress-server.ts";
import type { Access } from "./proxy-context.ts";

export interface IngressOptions {
  readonly cluster: string;
  readonly client: Client;
  readonly informers: InformerFactory;
  /** On localhost. */
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Makes a certificate of this machine's own authority. */
  readonly issueCertificate: (host: string) => Promise<KeyAndCertificate>;
  /** A file. */
  readonly accessLog: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const LOCALHOSTS = ["127.0.0.1", "::1"];
export const INGRESS_CLASS = "kube";
const COALESCE_MS = 10;

/** Serves Ingresses on localhost, and every Service as `NAME.NAMESPACE.localhost`. */
export async function startIngress(options: IngressOptions): Promise<AsyncDisposable> {
  const { client, informers, clock, log } = options;
  await using starting = new AsyncDisposableStack();
  await createClass(client);
  const pool = starting.use(new UpstreamPool());
  const accessLog = starting.use(new AccessLog(options.accessLog, clock, log));
  const backends = new Backends(informers);
  let table: IngressTable = { routes: [], certificates: [] };
  const view: IngressView = {
    get table() {
      return table;
    },
    endpointsOf: (backend) => backends.endpointsOf(backend),
    httpsPort: options.httpsPort,
    otherwise: (request) => gateways.decision(request, request.isTls ? options.httpsPort : options.httpPort),
  };
  const context = {
    pool,
    accessed: (access: Access) => accessLog.write(access),
    clock,
    log,
  };
  const fallbackCertificate = await options.issueCertificate("localhost");
  const gateways = starting.use(
    followGateways({
      ...options,
      proxy: context,
      endpointsOf: (backend) => backends.endpointsOf(backend),
      fallbackCertificate,
    }),
  );
  const secretInformer = informers.informer(secrets, { fieldSelector: "type=kubernetes.io/tls" });
  const certificates = new IngressCertificates({
    wanted: () => table.certificates,
    secret: (key) => secretInformer.get(key),
    issue: options.issueCertificate,
    log,
  });
  try {
    starting.use(
      await startIngressServer({
        context: { ...context, decide: (request) => ingressDecision(request, view) },
        addresses: LOCALHOSTS,
        httpPort: options.httpPort,
        httpsPort: options.httpsPort,
        secureContext: (host) => certificates.contextFor(host),
        fallback: fallbackCertificate,
      }),
    );
  } catch (error) {
    log.warn(`Ingresses are not served: ${errorText(error)}`);
    return starting.move();
  }
  const work = new CoalescedWork({
    name: "The update of Ingresses",
    async work() {
      const own = ownIngresses(informers.informer(ingresses).list(), informers.informer(ingressclasses).list());
      table = ingressTable(own);
      for (const ingress of own) await writeStatus(client, ingress, options);
    },
    delayMs: COALESCE_MS,
    clock,
    log,
  });
  starting.use(work);
  const trigger = (): void => work.trigger();
  const subscriptions = [
    informers.informer(ingresses).onChange({ added: trigger, updated: trigger, deleted: trigger }),
    informers.informer(ingressclasses).onChange({ added: trigger, updated: trigger, deleted: trigger }),
  ];
  starting.defer(() => {
    for (const unsubscribe of subscriptions) unsubscribe();
  });
  return starting.move();
}

/** The endpoints of Services, as they are at the moment. */
class Backends {
  readonly #informers: InformerFactory;
  readonly #slicesOf: ReturnType<typeof slicesByService>;
  /** What was worked out for a Service and a port, until either changes. */
  readonly #known = new Map<string, Map<string, readonly EndpointAddress[] | undefined>>();

  constructor(informers: InformerFactory) {
    this.#informers = informers;
    const slices = informers.informer(endpointslices);
    this.#slicesOf = slicesByService(slices);
    const forget = (key: string | undefined): void => void (key !== undefined && this.#known.delete(key));
    slices.onChange({
      added: (slice) => forget(serviceKeyOf(slice)),
      updated: (slice) => forget(serviceKeyOf(slice)),
      deleted: (slice) => forget(serviceKeyOf(slice)),
    });
    const serviceChanged = ({ metadata }: Service): void => forget(`${metadata.namespace}/${metadata.name}`);
    informers.informer(services).onChange({ added: serviceChanged, updated: serviceChanged, deleted: serviceChanged });
  }

  endpointsOf(backend: ServiceBackend): readonly EndpointAddress[] | undefined {
    const service = `${backend.namespace}/${backend.service}`;
    const port = String(backend.port);
    const byPort = this.#known.get(service) ?? new Map<string, readonly EndpointAddress[] | undefined>();
    if (byPort.has(port)) return byPort.get(port);
    const endpoints = this.#lookUp(service, backend.port);
    byPort.set(port, endpoints);
    this.#known.set(service, byPort);
    return endpoints;
  }

  #lookUp(key: string, wanted: number | string | undefined): readonly EndpointAddress[] | undefined {
    const service = this.#informers.informer(services).get(key);
    const ports = (service?.spec?.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
    const port =
      wanted === undefined
        ? (ports.find(({ name, port: number }) => name === "http" || number === 80) ?? ports[0])
        : ports.find(({ name, port: number }) => (typeof wanted === "number" ? number === wanted : name === wanted));
    if (service?.spec?.type === "ExternalName") {
      const number = port?.port ?? (typeof wanted === "number" ? wanted : 80);
      return [{ ip: service.spec.externalName ?? "", port: number }];
    }
    if (!port) return undefined;
    return routeEndpoints({ name: port.name ?? "", protocol: "TCP" }, this.#slicesOf(key), []).anywhere.everywhere;
  }
}

async function writeStatus(
  client: Client,
  ingress: Ingress,
  { httpPort, httpsPort }: { readonly httpPort: number; readonly httpsPort: number },
): Promise<void> {
  const isCustomary = httpPort === 80 && httpsPort === 443;
  const ports = [httpPort, httpsPort].map((port) => ({ port, protocol: "TCP" }));
  const wanted: readonly IngressLoadBalancerIngress[] = [{ ip: "127.0.0.1", ...(isCustomary ? {} : { ports }) }];
  if (Bun.deepEquals(ingress.status?.loadBalancer?.ingress ?? [], wanted)) return;
  const { name = "", namespace } = ingress.metadata;
  try {
    const patch = { status: { loadBalancer: { ingress: wanted } } };
    await client.resource(ingresses).patch({ name, namespace }, patch, { type: "merge", subresource: "status" });
  } catch (error) {
    // It went meanwhile.
    if (!isApiError(error, "NotFound")) throw error;
  }
}

/** The default class, so that an Ingress that names none is served. */
async function createClass(client: Client): Promise<void> {
  try {
    await client.resource(ingressclasses).create({
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: INGRESS_CLASS, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
      spec: { controller: INGRESS_CONTROLLER },
    });
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}
