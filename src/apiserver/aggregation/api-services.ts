import { apiservices, endpointslices, services } from "../../api/resources.ts";
import type { APIService } from "../../api/types/apiregistration-v1.ts";
import { goNetworkError } from "../../lib/go/go-network-error.ts";
import { jsonEqual } from "../../lib/json/json-value.ts";
import { errorText } from "../../lib/logger.ts";
import { WorkQueue } from "../../lib/work-queue.ts";
import type { StoreEvent, Watch } from "../../store/store.ts";
import { modifyObject } from "../objects/object-modify.ts";
import type { ServerContext } from "../server-context.ts";
import { type Availability, AVAILABLE, discoveryProblem, serviceProblem, withAvailability } from "./availability.ts";
import { AGGREGATOR, downloadDocuments } from "./extension-documents.ts";
import type { Extension } from "./extensions.ts";

/** As upstream: how often servers are asked again whether they are there, and what they have. */
const RECHECK_MS = 30_000;
const REFRESH_MS = 60_000;
const CHECK_BACKOFF = { initialMs: 5, maxMs: 30_000, factor: 2, jitter: 0.1 };
const REFRESH_BACKOFF = { initialMs: 500, maxMs: 60_000, factor: 2, jitter: 0.1 };
const CHECK_TIMEOUT_MS = 5_000;
const ATTEMPTS = 5;

const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/**
 * Follows APIServices: which group versions other servers serve, whether those can be reached, and what they say of themselves. It sees each
 * change before its writer hears of it. Where no other server is registered nothing is asked and nothing waits.
 */
export class ApiServices implements AsyncDisposable {
  readonly #context: ServerContext;
  readonly #known = new Map<string, APIService>();
  readonly #checks: WorkQueue;
  readonly #downloads: WorkQueue;
  readonly #watches: Watch[] = [];

  private constructor(context: ServerContext) {
    const { clock, log } = context;
    this.#context = context;
    const onFailure = (name: string, error: unknown, retryAfterMs: number): void =>
      log.debug(`The server behind the APIService "${name}" cannot be reached: ${errorText(error)}`, { retryAfterMs });
    this.#checks = new WorkQueue({
      clock,
      workers: 5,
      process: (name, signal) => this.#check(name, signal),
      onFailure,
      backoff: CHECK_BACKOFF,
    });
    this.#downloads = new WorkQueue({
      clock,
      workers: 2,
      process: (name, signal) => this.#download(name, signal),
      onFailure,
      backoff: REFRESH_BACKOFF,
    });
  }

  static async start(context: ServerContext): Promise<ApiServices> {
    const started = new ApiServices(context);
    await started.#follow();
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watches) watch.close();
    await Promise.all([this.#checks.stop(), this.#downloads.stop()]);
  }

  async #follow(): Promise<void> {
    const { store, resources } = this.#context;
    const { storage } = resources.require(apiservices);
    const { items, revision } = await store.range(storage.prefix);
    for (const entry of items) this.#put(storage.read(entry));
    await this.#watch(storage.prefix, revision, ({ type, entry }) => {
      // The resource holds APIServices.
      const object = storage.read(entry) as APIService;
      if (type === "put") this.#put(object);
      else this.#delete(object);
    });
    const serviceStorage = resources.require(services).storage;
    await this.#watch(serviceStorage.prefix, revision, ({ entry }) => {
      const { metadata } = serviceStorage.read(entry);
      this.#recheck(metadata.namespace, metadata.name);
    });
    const sliceStorage = resources.require(endpointslices).storage;
    await this.#watch(sliceStorage.prefix, revision, ({ entry }) => {
      const { metadata } = sliceStorage.read(entry);
      this.#recheck(metadata.namespace, metadata.labels?.[SERVICE_NAME_LABEL]);
    });
  }

  async #watch(prefix: string, revision: number, see: (event: StoreEvent) => void): Promise<void> {
    const { store, log, extensions } = this.#context;
    const isOfApiServices = prefix === this.#context.resources.require(apiservices).storage.prefix;
    const watch = await store.watch(prefix, revision, {
      onEvents(events) {
        if (isOfApiServices || !extensions.isEmpty) for (const event of events) see(event);
      },
      onEnd: (error) => log.debug("APIServices are no longer followed", { error }),
    });
    this.#watches.push(watch);
  }

  #put(object: APIService): void {
    const name = object.metadata.name ?? "";
    const before = this.#known.get(name);
    this.#known.set(name, object);
    this.#context.extensions.set(object);
    if (!object.spec?.service) return;
    // What this writes itself is no reason to ask again.
    if (before && jsonEqual(before.spec, object.spec)) return;
    this.#checks.add(name);
    this.#downloads.add(name);
  }

  #delete(object: APIService): void {
    this.#known.delete(object.metadata.name ?? "");
    this.#context.extensions.delete(object);
  }

  /** All that a service stands before. */
  #recheck(namespace: string | undefined, name: string | undefined): void {
    for (const extension of this.#context.extensions.all()) {
      const { service } = extension;
      if (service.namespace === namespace && service.name === name) this.#checks.add(extension.name);
    }
  }

  #extension(name: string): Extension | undefined {
    const { group = "", version = "" } = this.#known.get(name)?.spec ?? {};
    return this.#context.extensions.find(group, version);
  }

  async #check(name: string, signal: AbortSignal): Promise<void> {
    const object = this.#known.get(name);
    const extension = this.#extension(name);
    if (!object || !extension) return;
    const availability = await this.#availabilityOf(extension, signal);
    await this.#write(object, availability);
    if (availability.reason === "FailedDiscoveryCheck") throw new Error(availability.message);
    if (availability.status === "True" && !extension.isAvailable) this.#downloads.add(name);
    this.#checks.addAfter(name, RECHECK_MS);
  }

  async #availabilityOf(extension: Extension, signal: AbortSignal): Promise<Availability> {
    const { reader } = this.#context;
    const { namespace, name } = extension.service;
    const service = await reader.find(services, namespace, name);
    const slices = (await reader.list(endpointslices, namespace)).filter(
      ({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name,
    );
    return serviceProblem(extension, service, slices) ?? (await this.#asked(extension, signal));
  }

  /** One answer of several is enough: an endpoint that has just gone does not make a service unavailable. */
  async #asked(extension: Extension, signal: AbortSignal): Promise<Availability> {
    try {
      await Promise.any(Array.from({ length: ATTEMPTS }, () => this.#askOnce(extension, signal)));
      return AVAILABLE;
    } catch (failures) {
      return discoveryProblem(errorText(failures instanceof AggregateError ? failures.errors.at(-1) : failures));
    }
  }

  async #askOnce(extension: Extension, signal: AbortSignal): Promise<void> {
    const { extensionClient: client } = this.#context;
    const path = `/apis/${extension.group}/${extension.version}`;
    const target = await client.target(extension);
    const url = `https://${target.host}:${target.port}${path}`;
    const question = { path, user: AGGREGATOR, accept: "*/*", timeoutMs: CHECK_TIMEOUT_MS, signal };
    const { statusCode } = await client.ask(target, question).catch((error: unknown) => {
      const text = `Get ${JSON.stringify(url)}: ${goNetworkError(errorText(error))}`;
      throw new Error(`failing or missing response from ${url}: ${text}`);
    });
    if (statusCode < 200 || statusCode > 299) {
      throw new Error(`failing or missing response from ${url}: bad status from ${url}: ${statusCode}`);
    }
  }

  async #write(object: APIService, availability: Availability): Promise<void> {
    const { metadata, status } = object;
    const conditions = withAvailability(status?.conditions ?? [], availability, this.#context.clock.now());
    await modifyObject(this.#context, {
      resource: this.#context.resources.require(apiservices),
      namespace: "",
      name: metadata.name ?? "",
      preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion },
      dryRun: false,
      change(draft) {
        (draft as APIService).status = { ...status, conditions };
      },
    });
  }

  async #download(name: string, signal: AbortSignal): Promise<void> {
    const extension = this.#extension(name);
    if (!extension) return;
    const { documents, error } = await downloadDocuments(this.#context.extensionClient, extension, signal);
    this.#context.extensions.setDocuments(extension, documents);
    if (error !== undefined) throw error;
    this.#downloads.addAfter(name, REFRESH_MS);
  }
}
