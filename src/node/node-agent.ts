import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { nodes as nodeResource, pods as podResource, services as serviceResource } from "../api/resources.ts";
import type { Node, Pod } from "../api/types/core-v1.ts";
import type { Client } from "../client/client.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import { parseCidr } from "../lib/cidr.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { ContainerKiller } from "./container/container-killer.ts";
import { ContainerStarter } from "./container/container-starter.ts";
import { LifecycleHooks } from "./container/lifecycle-hooks.ts";
import { evictionCandidates } from "./eviction/candidates.ts";
import { Evictor } from "./eviction/evictor.ts";
import { observeMachine } from "./eviction/machine-observer.ts";
import { ImagePuller } from "./images/image-puller.ts";
import { PodAddresses } from "./ipam.ts";
import { machineFacts } from "./machine-facts.ts";
import type { NodeFacts } from "./node-facts.ts";
import { allocatableOf, hasNewResources, MOST_PODS } from "./node-object.ts";
import { NodeReporter } from "./node-reporter.ts";
import type { NodePage } from "./pages/node-page.ts";
import { nodePage, type NodePagesOptions } from "./pages/node-pages.ts";
import { directDialer, type PodDialer } from "./pod-dialer.ts";
import { PodExecutor } from "./pod/pod-executor.ts";
import { PodWorkers } from "./pod/pod-workers.ts";
import { ProbeCounts } from "./probes/probe-counts.ts";
import { ReferencedObjects } from "./referenced-objects.ts";
import { RuntimeClasses } from "./runtime-classes.ts";
import type { ContainerRuntime } from "./runtime/runtime.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";
import { StaticPods } from "./static-pods/static-pods.ts";
import { nodeUsage } from "./stats/node-usage.ts";
import { UsageMeter } from "./stats/usage-meter.ts";
import { ClaimedVolumes } from "./volumes/claimed-volume.ts";
import type { HostMount } from "./volumes/host-mount.ts";

export interface NodeAgentOptions {
  readonly client: Client;
  /** Shared with other components: the agent asks it for pods and services. */
  readonly informers: InformerFactory;
  readonly runtime: ContainerRuntime;
  readonly nodeName: string;
  /** Where the host, and so the node, is reached. */
  readonly nodeIp: string;
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Addresses of this node's pods; the first two are the network's own. */
  readonly podCidr: string;
  /** Where pods keep their files; it belongs to this node alone and survives restarts. */
  readonly dataDirectory: string;
  /** A folder of manifests, or one of them: pods that this node runs whatever the API has. */
  readonly staticPodPath?: string | undefined;
  /** Whose log files the node shows as its own. */
  readonly logsDirectory: string;
  /** Address of the cluster's DNS service. */
  readonly clusterDns: string;
  readonly clusterDomain: string;
  /** Folders of this machine that pods find elsewhere on the node. */
  readonly hostMounts?: () => readonly HostMount[];
  readonly dialer?: PodDialer;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Disposing it leaves everything running. */
export interface NodeAgent extends AsyncDisposable {
  /** Resolves when the API shows the node as ready and its pods are taken care of. */
  readonly registered: Promise<void>;
  /** What its pods use now. */
  usage(): Promise<ReturnType<typeof nodeUsage>>;
  /** What the kubelet's HTTP server answers at a path with its query. */
  page(address: string): Promise<NodePage>;
}

/**
 * Registers the node, takes over what an earlier agent left running, and from then on brings every pod of the node to its wanted
 * state.
 */
export async function startNodeAgent(options: NodeAgentOptions): Promise<NodeAgent> {
  const { client, runtime, nodeName, clock } = options;
  const log = options.log.named("node");
  await using starting = new AsyncDisposableStack();
  await mkdir(options.dataDirectory, { recursive: true, mode: 0o700 });

  const cidr = parseCidr(options.podCidr);
  if (!cidr) throw new Error(`Pod range "${options.podCidr}" of node "${nodeName}" must be an IPv4 range`);
  const machine = await machineFacts(runtime, options.dataDirectory);
  const identity = {
    name: nodeName,
    ip: options.nodeIp,
    podCidr: options.podCidr,
    labels: options.nodeLabels ?? {},
  };
  const facts: NodeFacts = {
    nodeName,
    hostIp: options.nodeIp,
    runtimeName: runtime.name,
    memoryCapacityBytes: machine.runtime.memoryBytes,
    allocatable: allocatableOf(machine),
    hasAppArmor: machine.runtime.hasAppArmor,
    supportsRecursiveReadOnly: machine.runtime.supportsRecursiveReadOnly,
  };
  const reporter = starting.use(new NodeReporter({ client, runtime, identity, machine, clock, log }));
  const events = starting.use(new EventRecorder({ client, component: "kubelet", host: nodeName, clock, log }));
  const objects = starting.use(
    new ReferencedObjects({ client, clock, log, onChange: (uid) => workers.tellObjectsChanged(uid) }),
  );
  const services = options.informers.informer(serviceResource);
  const images = new ImagePuller({
    runtime,
    events,
    clock,
    pullSecrets: (pod) => pullSecretsOf(pod, objects),
    onPulled: () => reporter.reportSoon(),
  });
  const dialer = options.dialer ?? directDialer;
  const hooks = new LifecycleHooks({ runtime, dialer, clock });
  const killer = new ContainerKiller({ runtime, hooks, events, clock, log });
  const runtimeClasses = new RuntimeClasses(client);
  const starter = new ContainerStarter({
    runtime,
    images,
    hooks,
    killer,
    objects,
    events,
    facts,
    runtimeClasses,
    clock,
    log,
    services: () => services.list(),
  });
  const probes = new ProbeCounts();
  const meter = new UsageMeter(runtime, clock);
  const addresses = new PodAddresses(cidr);
  const dns = { servers: [options.clusterDns], domain: options.clusterDomain };
  const executor = new PodExecutor({
    runtime,
    starter,
    killer,
    addresses,
    objects,
    events,
    facts,
    runtimeClasses,
    dns,
    clock,
  });
  const workers: PodWorkers = starting.use(
    new PodWorkers({
      client,
      runtime,
      dialer,
      executor,
      images,
      addresses,
      objects,
      events,
      facts,
      nodes: options.informers.informer(nodeResource),
      tokens: new ServiceAccountTokens(client, clock),
      claims: new ClaimedVolumes(client),
      hostMounts: options.hostMounts ?? (() => []),
      podsDirectory: join(options.dataDirectory, "pods"),
      onStarted: () => meter.expectNewcomer(),
      probeCounts: probes,
      pressures: () => evictor.conditions,
      onEngine: (isUp) => reporter.setRuntimeUp(isUp),
      clock,
      log,
    }),
  );
  const passOnResources = (node: Node): void => {
    if (node.metadata.name === nodeName && hasNewResources(node)) reporter.reportSoon();
  };
  starting.defer(options.informers.informer(nodeResource).onChange({ updated: passOnResources }));
  const evictor: Evictor = starting.use(
    new Evictor({
      observe: () => observeMachine(options.dataDirectory, machine.runtime.memoryBytes),
      candidates: (resource) => evictionCandidates(workers.evictable(), resource, { meter, runtime }),
      evict: (uid, message) => workers.evict(uid, message),
      onConditions: (conditions) => reporter.setPressures(conditions),
      clock,
      log,
    }),
  );
  const pods = options.informers.informer(podResource);
  const staticPods =
    options.staticPodPath === undefined
      ? undefined
      : starting.use(
          new StaticPods({
            path: options.staticPodPath,
            nodeName,
            client,
            pods,
            nodes: options.informers.informer(nodeResource),
            workers,
            clock,
            log,
          }),
        );
  const registered = Promise.all([reporter.start(), pods.synced(), services.synced()]).then(() => {
    const node = { kind: "Node", apiVersion: "v1", name: nodeName, uid: nodeName };
    evictor.start();
    events.record(node, "Normal", "Starting", "Starting kubelet.");
    return workers.start(pods, async () => await staticPods?.start());
  });
  const pages: NodePagesOptions = {
    nodeName,
    machine,
    runtime,
    meter,
    probes,
    pods: () => workers.pods(),
    dns,
    maxPods: MOST_PODS,
    dataDirectory: options.dataDirectory,
    logsDirectory: options.logsDirectory,
    startedAt: clock.now(),
    clock,
  };
  const running = starting.move();
  return {
    registered,
    usage: async () => nodeUsage(await meter.measure(), clock.now()),
    page: (address) => nodePage(pages, address),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function pullSecretsOf({ metadata, spec }: Readonly<Pod>, objects: ReferencedObjects) {
  return (spec?.imagePullSecrets ?? []).flatMap(
    ({ name = "" }) => objects.secret(metadata.namespace ?? "", name) ?? [],
  );
}
