import type { IncomingMessage } from "node:http";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";

import type { Kind } from "../api/kind.ts";
import { BackgroundTasks } from "../lib/background.ts";
import type { Logger } from "../lib/logger.ts";
import { MetricsRegistry } from "../lib/metrics/metrics.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { Store } from "../store/store.ts";
import { Admission } from "./admission/admission.ts";
import { admissionPlugins } from "./admission/plugins.ts";
import { ApiServices } from "./aggregation/api-services.ts";
import { ExtensionClient, type FrontProxyCertificate } from "./aggregation/extension-client.ts";
import { Extensions } from "./aggregation/extensions.ts";
import type { Audit } from "./audit/audit.ts";
import type { Authenticator } from "./auth/authenticator.ts";
import type { Authorizer } from "./auth/authorizer.ts";
import { bootstrapTokenAuthenticator } from "./auth/bootstrap-token.ts";
import { CertificateSubjects, clientCertificateAuthenticator } from "./auth/client-certificate.ts";
import { requestHeaderAuthenticator } from "./auth/request-header.ts";
import { ServiceAccountTokens, type ServiceAccountTokenOptions } from "./auth/service-account-tokens.ts";
import type { UserInfo } from "./auth/user-info.ts";
import type { ClusterControl } from "./cluster-control.ts";
import { CustomResourceDefinitions } from "./custom-resources/definitions.ts";
import { conversionOf } from "./custom-resources/webhook-conversion.ts";
import { FlowControlMetrics } from "./flow-control/flow-control-metrics.ts";
import { FlowControl } from "./flow-control/flow-control.ts";
import { followFlowConfig } from "./flow-control/follow-flow-config.ts";
import { Connections } from "./http/connections.ts";
import { httpFront } from "./http/http-front.ts";
import { identification } from "./http/identify.ts";
import { OpenStreams } from "./http/open-streams.ts";
import { serveUpgrade } from "./http/upgrade-front.ts";
import { inProcessTransport, type InProcessTransport } from "./in-process-transport.ts";
import type { NodeConnection } from "./node-connection.ts";
import type { NodePool } from "./node-pool.ts";
import type { NodeReports } from "./node-reports.ts";
import { ObjectExpiry } from "./objects/object-expiry.ts";
import { ObjectReader } from "./objects/object-reader.ts";
import type { PodDialer } from "./pod-dialer.ts";
import { ServedResources } from "./served-resources.ts";
import type { ServerContext } from "./server-context.ts";
import { followAddressObjects } from "./services/follow-address-objects.ts";
import { ServiceAllocation, type ServiceRanges } from "./services/service-allocation.ts";
import { measuredStore } from "./telemetry/measured-store.ts";
import { addProcessMetrics } from "./telemetry/process-metrics.ts";
import { RequestMetrics } from "./telemetry/request-metrics.ts";
import { addStorageMetrics } from "./telemetry/storage-metrics.ts";
import type { TimeTravel } from "./time-travel.ts";
import { WebhookClient } from "./webhooks/webhook-client.ts";

export interface ApiServerOptions {
  readonly store: Store;
  readonly kinds: readonly Kind[];
  /** Without addresses the server is reached in process only. */
  readonly listen: readonly ListenAddress[];
  /** PEM. Client certificates are verified against `ca`. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** For servers that speak for their users: whom to believe, and as whom to speak. Absent: nobody, and as nobody. */
  readonly frontProxy?: FrontProxy;
  /** Asked in order, after client certificates and service account tokens. */
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
  readonly nodeConnection: NodeConnection;
  readonly nodeReports: NodeReports;
  /** Where nodes can be added and removed. */
  readonly nodePool?: NodePool;
  /** Where the cluster can be changed as a whole. */
  readonly clusterControl?: ClusterControl;
  /** The past of the cluster; absent: it is not served. */
  readonly timeTravel?: TimeTravel;
  readonly podDialer: PodDialer;
  readonly serviceRanges: ServiceRanges;
  readonly serviceAccounts: ServiceAccountTokenOptions;
  /** Shown at /metrics, with what others count in it; the server's own when absent. */
  readonly metrics?: MetricsRegistry;
  /** Writes down who did what; absent: nobody does. */
  readonly audit?: Audit | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

interface FrontProxy {
  /** PEM. Never the authority of client certificates. */
  readonly ca: string;
  /** Common names of certificates that are believed. */
  readonly allowedNames: readonly string[];
  readonly client: FrontProxyCertificate;
}

interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface ApiServer extends AsyncDisposable {
  /** Where it listens, with the ports that were chosen. */
  readonly addresses: readonly ListenAddress[];
  /** Shows new certificates to whoever connects from now on; connections that are there stay. */
  useCertificates(renewed: RenewedCertificates): void;
  /** Serves more kinds, under a name of their own; disposing takes them away again. */
  serveAlso(name: string, kinds: readonly Kind[]): Disposable;
  /** A client's way in without a socket. */
  transport(user: UserInfo, userAgent: string): InProcessTransport;
}

/** As upstream: the head of a request has a megabyte, which long selectors and tokens need, and a handshake some seconds. */
const LIMITS = { maxHeaderSize: 1024 * 1024, handshakeTimeout: 32_000 };

interface RenewedCertificates {
  /** PEM, as those at the start; their authorities stay. */
  readonly server: { readonly cert: string; readonly key: string };
  readonly frontProxyClient: FrontProxyCertificate | undefined;
}

/** Serves the Kubernetes API of a store. Disposing ends all watches in good order and closes all connections. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const metrics = options.metrics ?? new MetricsRegistry();
  await using starting = new AsyncDisposableStack();
  let frontProxyClient = options.frontProxy?.client;
  const context = await serverContext(options, metrics, () => frontProxyClient, starting);
  const streams = new OpenStreams();
  const connections = new Connections(options.clock);
  const identify = identification(
    [
      ...(options.frontProxy ? [requestHeaderAuthenticator(options.frontProxy.allowedNames)] : []),
      clientCertificateAuthenticator,
      context.tokens,
      bootstrapTokenAuthenticator(context.reader, options.clock),
      ...options.authenticators,
    ],
    options.authorizer,
    new CertificateSubjects(options.frontProxy?.ca),
  );
  let isShuttingDown = false;
  const front = httpFront({
    context,
    streams,
    metrics,
    isShuttingDown: () => isShuttingDown,
    identify,
  });

  const upgrades = starting.use(new BackgroundTasks(options.log));
  const addresses: ListenAddress[] = [];
  const servers: Http2SecureServer[] = [];
  for (const address of options.listen) {
    const server = createSecureServer(
      {
        ...options.tls,
        ca: authorities(options),
        allowHTTP1: true,
        requestCert: true,
        rejectUnauthorized: false,
        ...LIMITS,
      },
      (request, response) => {
        connections.begin(request, response);
        front(request, response).catch((error: unknown) => {
          options.log.error("An answer could not be sent", { error });
          response.destroy();
        });
      },
    );
    servers.push(server);
    server.on("secureConnection", (socket: TLSSocket) => connections.add(socket));
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      connections.release(request.socket);
      upgrades.run("A streaming request", () => serveUpgrade({ context, identify, streams }, request, socket, head));
    });
    starting.defer(() => closeServer(server, () => connections.close()));
    // eslint-disable-next-line no-await-in-loop -- the first address that is taken ends the start
    addresses.push({ host: address.host, port: await listening(server, address) });
  }
  starting.use(await CustomResourceDefinitions.start(context));
  starting.use(await ApiServices.start(context));
  for (const resource of context.resources.all()) {
    const { expiry } = resource.kind.strategy;
    if (expiry) starting.use(new ObjectExpiry(context, resource, expiry));
  }
  // Runs first: connections close by themselves once their streams have ended.
  starting.defer(() => {
    isShuttingDown = true;
    streams.endAll();
  });
  const running = starting.move();
  return {
    addresses,
    useCertificates(renewed) {
      frontProxyClient = renewed.frontProxyClient;
      for (const server of servers) server.setSecureContext({ ...renewed.server, ca: authorities(options) });
    },
    serveAlso(name, kinds) {
      context.resources.setOptional(name, kinds);
      return { [Symbol.dispose]: () => context.resources.setOptional(name, []) };
    },
    transport: (user, userAgent) => inProcessTransport(context, { user, userAgent }, (end) => streams.add(end)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function serverContext(
  options: ApiServerOptions,
  metrics: MetricsRegistry,
  frontProxyClient: () => FrontProxyCertificate | undefined,
  stack: AsyncDisposableStack,
): Promise<ServerContext> {
  const { clock } = options;
  const resources = new ServedResources(options.kinds);
  const store = measuredStore(options.store, metrics, resources);
  addProcessMetrics(metrics, clock);
  addStorageMetrics(metrics, options.store, resources);
  // What decides about requests looks up a lot, in memory: upstream's informers do that without a request to etcd, and so it is not counted.
  const reader = new ObjectReader({ store: options.store, resources, clock });
  const webhooks = new WebhookClient({ reader, dialer: options.podDialer, clock });
  const flowControl = new FlowControl(clock, new FlowControlMetrics(metrics));
  stack.use(await followFlowConfig(options.store, flowControl, options.log));
  const services = await ServiceAllocation.load(options.serviceRanges, reader);
  stack.use(await followAddressObjects(options.store, services, options.log));
  return {
    store,
    resources,
    extensions: new Extensions(),
    extensionClient: new ExtensionClient({
      reader,
      dialer: options.podDialer,
      certificate: frontProxyClient,
      clock,
    }),
    reader,
    tokens: new ServiceAccountTokens(options.serviceAccounts, reader, clock),
    admission: new Admission(
      admissionPlugins({
        store: options.store,
        resources,
        reader,
        authorizer: options.authorizer,
        client: webhooks,
        clock,
        log: options.log,
      }),
    ),
    authorizer: options.authorizer,
    nodeConnection: options.nodeConnection,
    nodeReports: options.nodeReports,
    nodePool: options.nodePool,
    clusterControl: options.clusterControl,
    timeTravel: options.timeTravel,
    podDialer: options.podDialer,
    conversionOf: (definition) => conversionOf(definition, (...call) => webhooks.post(...call)),
    writeHooks: new Map([["/services", services]]),
    audit: options.audit,
    flowControl,
    metrics: new RequestMetrics(metrics),
    clock,
    log: options.log,
  };
}

const authorities = ({ tls, frontProxy }: ApiServerOptions): string[] =>
  frontProxy ? [tls.ca, frontProxy.ca] : [tls.ca];

function listening(server: Http2SecureServer, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // A server that listens on a port has an address of this form.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Takes no more connections, and resolves when those there were are closed. */
async function closeServer(server: Http2SecureServer, closeConnections: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await closeConnections();
  await closed;
}
