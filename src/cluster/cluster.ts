import { builtInKinds } from "../api/registry.ts";
import { followNodeGraph } from "../apiserver/auth/follow-node-graph.ts";
import { followRbacPolicy } from "../apiserver/auth/rbac/follow-rbac-policy.ts";
import { startApiServer } from "../apiserver/server.ts";
import { InformerFactory } from "../client/informer-factory.ts";
import { API_SERVER, CONTROLLER_MANAGER } from "../controllers/controller.ts";
import { controllers } from "../controllers/registry.ts";
import { startControllers } from "../controllers/runner.ts";
import type { Logger } from "../lib/logger.ts";
import { MetricsRegistry } from "../lib/metrics/metrics.ts";
import type { Clock } from "../lib/time/clock.ts";
import { startNetwork } from "../network/network.ts";
import type { ProxyMode } from "../network/traffic-rules.ts";
import { directDialer } from "../node/pod-dialer.ts";
import { SimulatedNodes } from "../node/simulated/simulated-nodes.ts";
import { startScheduler } from "../scheduler/scheduler.ts";
import { memoryStore } from "../store/memory-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { adminKubeconfigEntry, apiServerUrl } from "./access/admin-access.ts";
import { componentClient } from "./access/component-users.ts";
import { kubeconfigPath, renewInKubeconfig } from "./access/kubeconfig.ts";
import { openSecurityFiles } from "./access/security-files.ts";
import { Addons } from "./addons/addons.ts";
import { builtInAddons } from "./addons/built-in-addons.ts";
import { ensureFlowControl } from "./bootstrap/bootstrap-flow-control.ts";
import { createBootstrapObjects, publishControlPlane } from "./bootstrap/bootstrap-objects.ts";
import { ensureLocalApiServices } from "./bootstrap/local-api-services.ts";
import { clusterAuthorizer } from "./bootstrap/policy/cluster-authorizer.ts";
import { ensureBootstrapPolicy } from "./bootstrap/policy/ensure-bootstrap-policy.ts";
import { CertificateKeeper } from "./certificates/certificate-keeper.ts";
import { certificateSigner, tokenSigner } from "./certificates/certificate-signer.ts";
import { FRONT_PROXY_CLIENT, loadCertificates, localIssuer } from "./certificates/certificates.ts";
import { ClusterActivity } from "./cluster-activity.ts";
import { clusterAddresses, serverNames } from "./config/cluster-addresses.ts";
import { ConfigKeeper } from "./config/config-keeper.ts";
import type { ClusterConfig } from "./config/config.ts";
import type { DataDirectory } from "./config/data-directory.ts";
import { schedulerProfiles } from "./config/scheduler-profiles.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import { liveControl } from "./live-control.ts";
import { nodeConnections } from "./nodes/node-connections.ts";
import { NodeFleet } from "./nodes/node-fleet.ts";
import { nodeReports } from "./nodes/node-reports.ts";
import { openPlatform } from "./platform.ts";
import { API_SERVER_STEP } from "./process/launcher.ts";
import { type StepListener, step } from "./process/steps.ts";
import { PublishedPorts } from "./published-ports.ts";
import { timeTravel } from "./snapshots/time-travel.ts";
import { volumeDirectories } from "./volume-directories.ts";

/** A running cluster. Disposing stops everything in the reverse order of its start; the state stays. */
export interface Cluster extends AsyncDisposable {
  /** `https://127.0.0.1:6443` */
  readonly apiServer: string;
  /** How Services reach pods; undefined where pods only pretend to run. */
  readonly proxyMode: ProxyMode | undefined;
}

export interface ClusterOptions {
  readonly directory: DataDirectory;
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onStep: StepListener;
  /** Told when the cluster has been paused, and when it goes on. */
  readonly onPaused: (isPaused: boolean) => Promise<void>;
}

/** Starts every part of a cluster and joins them. Resolves when its nodes are Ready. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { directory, config, clock, log, onStep, onPaused } = options;
  const addresses = clusterAddresses(config);
  const metrics = new MetricsRegistry();
  const now = (): number => clock.now();
  await using starting = new AsyncDisposableStack();

  const names = { hosts: serverNames(config, addresses) };
  const [certificates, store, platform] = await Promise.all([
    step("Keys and certificates", onStep, async () => await loadCertificates(directory.pki, names, clock)),
    step("State", onStep, async () =>
      starting.use(
        config.store === "memory"
          ? memoryStore({ now })
          : await openSqliteStore(directory.stateDatabase, { log: log.named("store"), now }),
      ),
    ),
    step(config.runtime === "docker" ? "Docker" : "Fake runtime", onStep, async () =>
      starting.use(await openPlatform({ directory, config, addresses, clock, log })),
    ),
  ]);

  const { policy } = starting.use(await followRbacPolicy(store, log.named("rbac")));
  const settings = new ConfigKeeper(directory, config);
  const publishedPorts = starting.use(new PublishedPorts(log.named("ports")));
  const fleet = new NodeFleet({ directory, config: settings, addresses, platform, clock, log });
  let addons: Addons | undefined;
  const activity = new ClusterActivity({ fleet, platform, onPaused });
  const { graph } = starting.use(await followNodeGraph(store, log.named("nodes")));
  const files = starting.use(await openSecurityFiles(config, directory, { clock, log: log.named("apiserver") }));
  const apiServer = await step(API_SERVER_STEP, onStep, async () =>
    starting.use(
      await startApiServer({
        store,
        kinds: builtInKinds,
        listen: [...new Set(["127.0.0.1", ...platform.podFacingAddresses])].map((host) => ({
          host,
          port: config.port,
        })),
        tls: { cert: certificates.server.certificate, key: certificates.server.key, ca: certificates.ca },
        frontProxy: { ...certificates.frontProxy, allowedNames: [FRONT_PROXY_CLIENT] },
        authenticators: files.authenticators,
        audit: files.audit,
        authorizer: clusterAuthorizer(policy, graph),
        serviceRanges: { clusterIps: addresses.serviceRange, nodePorts: { first: 30_000, last: 32_767 } },
        podDialer: directDialer,
        serviceAccounts: {
          key: certificates.serviceAccountKey,
          issuer: `https://kubernetes.default.svc.${config.clusterDomain}`,
        },
        nodeConnection: nodeConnections(fleet, { clock, log: log.named("node") }),
        nodeReports: nodeReports(fleet),
        nodePool: fleet,
        clusterControl: liveControl({ config: settings, publishedPorts, activity, addons: () => addons }),
        timeTravel: timeTravel({ store, config, directory, clock }),
        metrics,
        clock,
        log: log.named("apiserver"),
      }),
    ),
  );
  starting.use(
    new CertificateKeeper({
      current: certificates,
      load: async () => await loadCertificates(directory.pki, names, clock),
      async onRenewed({ server, frontProxy, admin }, before) {
        apiServer.useCertificates({
          server: { cert: server.certificate, key: server.key },
          frontProxyClient: frontProxy.client,
        });
        if (admin.certificate === before.admin.certificate) return;
        const entry = await adminKubeconfigEntry(directory);
        await renewInKubeconfig(await kubeconfigPath(process.env), entry, before.admin.certificate, clock);
      },
      clock,
      log: log.named("certificates"),
    }),
  );
  const client = componentClient(apiServer, API_SERVER, "kube-apiserver");
  const managerClient = componentClient(apiServer, CONTROLLER_MANAGER, "kube-controller-manager");
  const informers = starting.use(new InformerFactory(managerClient, { clock, log: log.named("informers") }));

  await step("Services and DNS", onStep, async () => {
    const { isNew } = await createBootstrapObjects(client, addresses.serviceRange);
    await ensureBootstrapPolicy(client, policy);
    await ensureLocalApiServices(client);
    await ensureFlowControl(client);
    const network = starting.use(
      await startNetwork({
        cluster: config.name,
        client,
        informers,
        rules: platform.trafficRules,
        // Where no pod can ask, nobody else should be able to.
        dnsAddress: platform.podFacingAddresses[0] ?? "127.0.0.1",
        clusterDomain: config.clusterDomain,
        ownDnsAddresses: [addresses.dnsService],
        clock,
        log: log.named("network"),
      }),
    );
    addons = starting.use(
      new Addons(
        builtInAddons({
          apiServer,
          client,
          informers,
          config,
          directory,
          podFacing: platform.podFacingAddresses,
          issueCertificate: localIssuer(directory.pki, clock),
          clock,
          log: log.named("network"),
        }),
        config.addons,
      ),
    );
    await addons.startAll({ isNew });
    await publishControlPlane(client, {
      address: addresses.host,
      apiServerPort: config.port,
      dnsUdpPort: network.dns.udpPort,
      dnsTcpPort: network.dns.tcpPort,
    });
  });

  starting.use(
    new HistoryKeeper({ store, keepMs: config.history, keepBytes: config.historySize, clock, log: log.named("store") }),
  );
  const schedulerClient = componentClient(apiServer, "system:kube-scheduler", "kube-scheduler");
  const profiles = await schedulerProfiles(directory.schedulerConfig);
  const controllerOptions = {
    caPem: certificates.ca,
    frontProxy: { caPem: certificates.frontProxy.ca, allowedNames: [FRONT_PROXY_CLIENT] },
    certificateSigner: certificateSigner(certificates.authority),
    signClaims: tokenSigner(certificates.serviceAccountKey),
    volumesFolder: directory.volumes,
    kinds: builtInKinds,
  };
  await step(config.nodes.length === 1 ? "Node" : `${config.nodes.length} nodes`, onStep, async () => {
    starting.use(activity);
    await activity.begin({ apiServer, client, informers }, async (begun) => {
      const context = { client, informers, clock, log };
      begun.use(
        startControllers(controllers(controllerOptions), {
          clientOf: (user) => componentClient(apiServer, user, "kube-controller-manager"),
          informers,
          directories: volumeDirectories,
          clock,
          log: log.named("controllers"),
          metrics,
        }),
      );
      begun.use(startScheduler({ ...context, client: schedulerClient, profiles, log: log.named("scheduler") }));
      await begun.use(new SimulatedNodes(context)).start();
    });
  });
  if (config.ports.length > 0)
    await step("Published ports", onStep, async () => await publishedPorts.apply(config.ports));

  const running = starting.move();
  return {
    apiServer: apiServerUrl(config.port),
    proxyMode: platform.trafficRules?.mode,
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}
