import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isApiError } from "../api/api-error.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { events, namespaces, pods, serviceaccounts } from "../api/resources.ts";
import type { Container, Event, Pod, PodSpec } from "../api/types/core-v1.ts";
import { createInformer } from "../client/cached-informer.ts";
import { InformerFactory } from "../client/informer-factory.ts";
import { silentLogger } from "../lib/logger.ts";
import { systemClock } from "../lib/time/clock.ts";
import { type NodeAgent, startNodeAgent } from "../node/node-agent.ts";
import { openFakeRuntime } from "../node/runtime/fake-runtime.ts";
import type { ContainerRuntime, RuntimeState } from "../node/runtime/runtime.ts";
import { removeUnmounted } from "../node/volumes/mount-points.ts";
import { startTestApiServer, type TestApiServer } from "./test-api-server.ts";

/** An API server and one node of it, whose agent can end and start again while what it runs goes on. */
export interface TestNode extends AsyncDisposable {
  readonly api: TestApiServer;
  readonly runtime: ContainerRuntime;
  /** The one that runs now. */
  readonly agent: NodeAgent;
  /** Where the agent keeps its files. */
  readonly directory: string;
  /** As a user would: in namespace `default`, bound to this node. */
  createPod(name: string, spec: Partial<PodSpec>): Promise<Pod>;
  deletePod(name: string, gracePeriodSeconds?: number): Promise<void>;
  stopAgent(): Promise<void>;
  startAgent(): Promise<void>;
  /** Resolves with the object as soon as it is as claimed; undefined stands for an object that is not there. */
  until<T extends KubeObject>(
    type: ResourceType<T>,
    name: string,
    isSo: (object: T | undefined) => boolean,
    namespace?: string,
  ): Promise<T | undefined>;
  pod(name: string, isSo: (pod: Pod | undefined) => boolean): Promise<Pod | undefined>;
  /** `type reason message` of all events about an object, once `isSo` is true of them. */
  events(name: string, isSo: (told: readonly string[]) => boolean): Promise<string[]>;
  /** Resolves with what the engine has, once it is as claimed. */
  engine(isSo: (state: RuntimeState) => boolean): Promise<RuntimeState>;
}

export interface TestNodeOptions {
  /** Default: a fake one with the image `busybox`. */
  readonly runtime?: ContainerRuntime;
  readonly podCidr?: string;
  readonly staticPodPath?: string;
}

export async function startTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  await using starting = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "kube-test-node-"));
  starting.defer(() => removeUnmounted(directory));
  const api = starting.use(await startTestApiServer());
  await makeNamespaces(api);
  const runtime =
    options.runtime ??
    starting.use(openFakeRuntime({ clock: systemClock, log: silentLogger, images: ["busybox:latest"] }));
  let agent: AsyncDisposableStack | undefined;
  let current: NodeAgent | undefined;
  const startAgent = async (): Promise<void> => {
    await using begun = new AsyncDisposableStack();
    const informers = begun.use(new InformerFactory(api.client, { clock: systemClock, log: silentLogger }));
    current = begun.use(
      await startNodeAgent({
        client: api.client,
        informers,
        runtime,
        nodeName: "node-1",
        nodeIp: "192.0.2.1",
        podCidr: options.podCidr ?? "10.244.0.0/24",
        dataDirectory: directory,
        staticPodPath: options.staticPodPath,
        logsDirectory: directory,
        clusterDns: "10.96.0.10",
        clusterDomain: "cluster.local",
        clock: systemClock,
        log: silentLogger,
      }),
    );
    await current.registered;
    agent = begun.move();
  };
  const stopAgent = async (): Promise<void> => agent?.disposeAsync();
  starting.defer(stopAgent);
  await startAgent();
  const until = <T extends KubeObject>(
    type: ResourceType<T>,
    name: string,
    isSo: (object: T | undefined) => boolean,
    namespace = "default",
  ) => untilObject(api, type, { name, namespace }, isSo);
  const running = starting.move();
  return {
    api,
    runtime,
    get agent(): NodeAgent {
      if (!current) throw new Error("No agent runs");
      return current;
    },
    directory,
    createPod: (name, spec) => api.client.resource(pods).create(podOnNode(name, spec)),
    async deletePod(name, gracePeriodSeconds) {
      await api.client.resource(pods).delete({ name, namespace: "default" }, { gracePeriodSeconds });
    },
    startAgent,
    stopAgent,
    until,
    pod: (name, isSo) => until(pods, name, isSo),
    events: (name, isSo) => untilEvents(api, name, isSo),
    engine: (isSo) => untilEngine(runtime, isSo),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export const isReady = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

export const isEmpty = ({ containers, sandboxes }: RuntimeState): boolean => containers.length + sandboxes.length === 0;

/** A container that runs a shell script. */
export const scripted = (name: string, script: string, image = "busybox"): Container => ({
  name,
  image,
  imagePullPolicy: "IfNotPresent",
  command: ["sh", "-c", script],
});

const podOnNode = (name: string, spec: Partial<PodSpec>): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: {
    nodeName: "node-1",
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    containers: [scripted("main", "serve")],
    ...spec,
  },
});

async function makeNamespaces({ client }: TestApiServer): Promise<void> {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } };
  const wanted = ["default", "kube-node-lease"].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  }));
  for (const namespace of wanted) await ifNew(client.resource(namespaces).create(namespace));
  await ifNew(client.resource(serviceaccounts).create(account));
}

async function ifNew(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}

const PATIENCE_MS = 20_000;

async function untilObject<T extends KubeObject>(
  { client }: TestApiServer,
  type: ResourceType<T>,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  isSo: (object: T | undefined) => boolean,
): Promise<T | undefined> {
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  await using informer = createInformer(client, type, { clock: systemClock, log: silentLogger, selection });
  await informer.synced();
  const current = (): T | undefined => informer.list()[0];
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const look = (): void => {
    if (isSo(current())) resolve(current());
  };
  using _ = systemClock.setTimeout(() => reject(new Error(`Not so in time: ${Bun.inspect(current())}`)), PATIENCE_MS);
  informer.onChange({ added: look, updated: look, deleted: look });
  look();
  return await promise;
}

async function untilEvents(
  { client }: TestApiServer,
  name: string,
  isSo: (told: readonly string[]) => boolean,
): Promise<string[]> {
  const selection = { namespace: "default" };
  await using informer = createInformer(client, events, { clock: systemClock, log: silentLogger, selection });
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const told = (): string[] =>
    informer
      .list()
      .filter((event: Event) => event.involvedObject.name === name)
      .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  const look = (): void => {
    if (isSo(told())) resolve(told());
  };
  using _ = systemClock.setTimeout(() => reject(new Error(`Not so in time: ${Bun.inspect(told())}`)), PATIENCE_MS);
  informer.onChange({ added: look, updated: look });
  return await promise;
}

async function untilEngine(runtime: ContainerRuntime, isSo: (state: RuntimeState) => boolean): Promise<RuntimeState> {
  const stop = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<RuntimeState>();
  using _ = systemClock.setTimeout(() => reject(new Error("The engine is not so in time")), PATIENCE_MS);
  const look = async (): Promise<void> => {
    const state = await runtime.list();
    if (isSo(state)) resolve(state);
  };
  const lookAgain = (): void => void look().catch(reject);
  runtime.watch({ onEvent: lookAgain, onGap: lookAgain }, stop.signal);
  lookAgain();
  return await promise.finally(() => stop.abort());
}
