import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { metricsKinds } from "../api/kinds/metrics/metrics-kinds.ts";
import { builtInKinds } from "../api/registry.ts";
import { namespaces, serviceaccounts } from "../api/resources.ts";
import { followNodeGraph } from "../apiserver/auth/follow-node-graph.ts";
import { followRbacPolicy } from "../apiserver/auth/rbac/follow-rbac-policy.ts";
import type { NodeConnection } from "../apiserver/node-connection.ts";
import type { NodeReports } from "../apiserver/node-reports.ts";
import type { PodDialer } from "../apiserver/pod-dialer.ts";
import { startApiServer, type ApiServer, type ApiServerOptions } from "../apiserver/server.ts";
import { createClient, type Client } from "../client/client.ts";

export type { LogOptions, NodeConnection } from "../apiserver/node-connection.ts";
export type { ListOptions as TestListOptions, WatchOptions as TestWatchOptions } from "../client/client.ts";
import { HttpsTransport, type Connection } from "../client/https-transport.ts";
import { clusterAuthorizer } from "../cluster/bootstrap/policy/cluster-authorizer.ts";
import { ensureBootstrapPolicy } from "../cluster/bootstrap/policy/ensure-bootstrap-policy.ts";
import {
  FRONT_PROXY_CLIENT,
  loadCertificates,
  type ClusterCertificates,
} from "../cluster/certificates/certificates.ts";
import { silentLogger, type Logger } from "../lib/logger.ts";
import { systemClock, type Clock } from "../lib/time/clock.ts";
import { directDialer } from "../node/pod-dialer.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { Store } from "../store/store.ts";
import { allowAuthenticated } from "./allow-authenticated.ts";

export interface TestApiServerOptions {
  readonly store?: Store;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly nodeConnection?: NodeConnection;
  /** PEM; one of its own when absent. */
  readonly serviceAccountKey?: string;
  readonly audit?: ApiServerOptions["audit"];
  readonly authenticators?: ApiServerOptions["authenticators"];
  readonly nodeReports?: NodeReports;
  /** Where all pods are, whatever their addresses. */
  readonly podHost?: string;
  /** Authorize by roles, with those of a new cluster; else every authenticated user may do everything. */
  readonly rbac?: boolean;
  /** Also listen with TLS on a free port. */
  readonly https?: boolean;
  /** For that; some of its own when absent. */
  readonly certificates?: ClusterCertificates;
}

export interface TestApiServer extends AsyncDisposable {
  readonly server: ApiServer;
  readonly store: Store;
  /** In process, as a member of system:masters. */
  readonly client: Client;
  /** In process, as somebody else. */
  clientOf(user: string, groups?: readonly string[]): Client;
  /** Over TLS, with an admin's certificate. Only with `https`. */
  readonly connection: Connection;
  /** Of everybody who speaks over it. Only with `https`. */
  readonly certificates: ClusterCertificates;
  /** A client over that connection. */
  readonly httpsClient: Client;
  /** Any request over that connection; `path` starts with a slash. */
  fetch(path: string, init?: BunFetchRequestInit): Promise<Response>;
}

/** A whole API server on a memory store, with every built-in kind. */
export async function startTestApiServer(options: TestApiServerOptions = {}): Promise<TestApiServer> {
  await using starting = new AsyncDisposableStack();
  const { clock = systemClock, log = silentLogger } = options;
  const store = options.store ?? starting.use(memoryStore({ strict: true }));
  const followed = options.rbac ? await followedAuthorization(starting, store, log) : undefined;
  const certificates = options.https ? (options.certificates ?? (await testCertificates(starting, clock))) : undefined;
  const server = starting.use(
    await startApiServer({
      store,
      kinds: [...builtInKinds, ...metricsKinds],
      listen: certificates ? [{ host: "127.0.0.1", port: 0 }] : [],
      tls: certificates
        ? { cert: certificates.server.certificate, key: certificates.server.key, ca: certificates.ca }
        : { cert: "", key: "", ca: "" },
      ...(certificates ? { frontProxy: { ...certificates.frontProxy, allowedNames: [FRONT_PROXY_CLIENT] } } : {}),
      authenticators: options.authenticators ?? [],
      audit: options.audit,
      authorizer: followed ? clusterAuthorizer(followed.policy, followed.graph) : allowAuthenticated,
      serviceRanges: { clusterIps: { base: 0x0a600000, prefixLength: 16 }, nodePorts: { first: 30_000, last: 32_767 } },
      podDialer: options.podHost === undefined ? directDialer : dialerTo(options.podHost),
      serviceAccounts: {
        key: options.serviceAccountKey ?? testKey(),
        issuer: "https://kubernetes.default.svc.cluster.local",
      },
      nodeConnection: options.nodeConnection ?? noNodes,
      nodeReports: options.nodeReports ?? noReports,
      clock,
      log,
    }),
  );
  const bootstrapClient = createClient(server.transport({ name: "test", groups: ["system:masters"] }, "test"));
  await createNamespace(bootstrapClient, "default");
  if (followed) {
    for (const name of ["kube-system", "kube-public"]) await createNamespace(bootstrapClient, name);
    await ensureBootstrapPolicy(bootstrapClient, followed.policy);
  }
  const clientOf = (name: string, groups: readonly string[] = ["system:authenticated"]): Client =>
    createClient(server.transport({ name, groups }, "test"));
  const connection = certificates && connectionTo(server, certificates);
  const transport = connection && starting.use(new HttpsTransport(connection, clock));
  const running = starting.move();
  return {
    server,
    store,
    client: clientOf("test-admin", ["system:masters", "system:authenticated"]),
    clientOf,
    get connection(): Connection {
      return required(connection);
    },
    get certificates(): ClusterCertificates {
      return required(certificates);
    },
    get httpsClient(): Client {
      return createClient(required(transport));
    },
    fetch(path, init) {
      const { server: url, caPem, clientCertificatePem, clientKeyPem } = required(connection);
      const tls = { ca: caPem, cert: clientCertificatePem, key: clientKeyPem };
      return fetch(`${url}${path}`, { ...init, tls });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Unless it is there. With its default service account, as the controllers of a whole cluster would make it. */
export async function createNamespace(client: Client, name: string): Promise<void> {
  if (await client.resource(namespaces).find({ name })) return;
  await client.resource(namespaces).create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await client
    .resource(serviceaccounts)
    .create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } });
}

const dialerTo = (host: string): PodDialer => ({
  dial: (_address, port, signal) => directDialer.dial(host, port, signal),
});

async function followedAuthorization(stack: AsyncDisposableStack, store: Store, log: Logger) {
  const { policy } = stack.use(await followRbacPolicy(store, log));
  const { graph } = stack.use(await followNodeGraph(store, log));
  return { policy, graph };
}

/** A key of the kind that is made fast. */
export function testKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" });
}

const noNode = (): Promise<never> => Promise.reject(new Error("The test API server has no nodes"));
const noNodes: NodeConnection = { logs: noNode, exec: noNode, attach: noNode, portForward: noNode };
const noReports: NodeReports = { usage: () => Promise.resolve(undefined), page: () => Promise.resolve(undefined) };

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Start the test API server with { https: true }");
  return value;
}

function connectionTo({ addresses }: ApiServer, { ca, admin }: ClusterCertificates): Connection {
  const { host, port } = required(addresses[0]);
  return {
    server: `https://${host}:${port}`,
    caPem: ca,
    clientCertificatePem: admin.certificate,
    clientKeyPem: admin.key,
    userAgent: "test",
  };
}

async function testCertificates(stack: AsyncDisposableStack, clock: Clock) {
  const folder = await mkdtemp(join(tmpdir(), "kube-test-api-server-"));
  stack.defer(() => rm(folder, { recursive: true }));
  return loadCertificates(folder, { hosts: ["127.0.0.1", "localhost"] }, clock);
}
