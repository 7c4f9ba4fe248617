import { customKinds, type CustomKind } from "../../api/custom-resources/custom-kind.ts";
import { apiVersionOf, type KubeObject } from "../../api/resource-type.ts";
import { customresourcedefinitions } from "../../api/resources.ts";
import type { CustomResourceDefinition } from "../../api/types/apiextensions-v1.ts";
import { jsonEqual } from "../../lib/json/json-value.ts";
import { errorText } from "../../lib/logger.ts";
import { WorkQueue } from "../../lib/work-queue.ts";
import type { StoreEvent, Watch } from "../../store/store.ts";
import { modifyObject } from "../objects/object-modify.ts";
import { removeObject } from "../objects/object-remove.ts";
import type { ServedResource } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import { CustomObjectStorage, type CustomFamily } from "./custom-object-storage.ts";
import { isTrue } from "./definition-conditions.ts";
import { definitionStatus } from "./definition-status.ts";
import { InstanceCleanup } from "./instance-cleanup.ts";

/** What is served for a definition, and from what it was made. */
interface Serving {
  readonly source: unknown;
  readonly retire: AbortController;
  readonly resources: readonly ServedResource[];
  readonly kinds: readonly CustomKind[];
}

/**
 * Serves what CustomResourceDefinitions define. It sees each change of a definition before its writer hears of it, so who was
 * told that a definition is established finds its resources. What has to be written about a definition follows by itself.
 */
export class CustomResourceDefinitions implements AsyncDisposable {
  readonly #context: ServerContext;
  readonly #definitions = new Map<string, CustomResourceDefinition>();
  readonly #servings = new Map<string, Serving>();
  readonly #queue: WorkQueue;
  readonly #cleanup: InstanceCleanup;
  #watch: Watch | undefined;

  private constructor(context: ServerContext) {
    this.#context = context;
    this.#queue = new WorkQueue({
      clock: context.clock,
      workers: 2,
      process: (name) => this.#reconcile(name),
      onFailure: (name, error, retryAfterMs) =>
        context.log.warn(`Cannot serve "${name}": ${errorText(error)}`, { retryAfterMs: Math.round(retryAfterMs) }),
    });
    this.#cleanup = new InstanceCleanup(context, (name) => this.#queue.add(name));
  }

  static async start(context: ServerContext): Promise<CustomResourceDefinitions> {
    const definitions = new CustomResourceDefinitions(context);
    await definitions.#follow();
    return definitions;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.close();
    this.#cleanup[Symbol.dispose]();
    await this.#queue[Symbol.asyncDispose]();
  }

  async #follow(): Promise<void> {
    const { store, resources, log } = this.#context;
    const { storage } = resources.require(customresourcedefinitions);
    const { items, revision } = await store.range(storage.prefix);
    for (const entry of items) this.#put(storage.read(entry));
    this.#watch = await store.watch(storage.prefix, revision, {
      onEvents: (events) => this.#onEvents(events),
      onEnd: (error) => log.debug("Definitions of custom resources are no longer followed", { error }),
    });
  }

  #onEvents(events: readonly StoreEvent[]): void {
    const { storage } = this.#context.resources.require(customresourcedefinitions);
    for (const { type, entry } of events) {
      const object = storage.read(entry);
      if (type === "put") this.#put(object);
      else this.#delete(object.metadata.name ?? "");
    }
  }

  #put(object: Readonly<KubeObject>): void {
    // The resource holds definitions.
    const definition = object as CustomResourceDefinition;
    const name = definition.metadata.name ?? "";
    this.#definitions.set(name, definition);
    this.#serve(name, definition);
    this.#queue.add(name);
  }

  #delete(name: string): void {
    const group = this.#definitions.get(name)?.spec.group;
    this.#definitions.delete(name);
    this.#retire(name);
    this.#context.resources.setCustom(name, []);
    // Somebody may have waited for its names.
    for (const [other, { spec }] of this.#definitions) if (spec.group === group) this.#queue.add(other);
  }

  /** Makes the resources anew when what they follow from has changed, and only then: watches of the old ones end. */
  #serve(name: string, definition: CustomResourceDefinition): void {
    const isServed = isTrue(definition, "Established");
    const source = isServed && {
      uid: definition.metadata.uid,
      spec: definition.spec,
      names: definition.status?.acceptedNames,
      isTerminating: isTrue(definition, "Terminating"),
    };
    const current = this.#servings.get(name);
    if (jsonEqual(current?.source ?? false, source)) return;
    this.#retire(name);
    if (!isServed) {
      this.#context.resources.setCustom(name, []);
      return;
    }
    const serving = this.#serving(definition, source);
    this.#servings.set(name, serving);
    this.#context.resources.setCustom(
      name,
      serving.resources.filter((_, index) => serving.kinds[index]?.custom.isServed),
    );
  }

  #retire(name: string): void {
    this.#servings.get(name)?.retire.abort();
    this.#servings.delete(name);
  }

  #serving(definition: CustomResourceDefinition, source: unknown): Serving {
    const kinds = customKinds(definition);
    const stored = kinds.find(({ custom }) => custom.isStorage) ?? kinds[0];
    const family: CustomFamily = {
      storageApiVersion: stored ? apiVersionOf(stored.type) : "",
      schemas: new Map(kinds.map((kind) => [apiVersionOf(kind.type), kind.schema])),
      conversion: this.#context.conversionOf(definition),
    };
    const retire = new AbortController();
    const resources = kinds.map((kind): ServedResource => ({
      kind,
      type: kind.type,
      apiVersion: apiVersionOf(kind.type),
      storage: new CustomObjectStorage(kind, family),
      retired: retire.signal,
    }));
    return { source, retire, resources, kinds };
  }

  async #reconcile(name: string): Promise<void> {
    const definition = this.#definitions.get(name);
    if (!definition) return;
    const siblings = [...this.#definitions.values()].filter(
      (other) => other !== definition && other.spec.group === definition.spec.group,
    );
    const status = definitionStatus(definition, siblings, this.#context.clock.now());
    if (!jsonEqual(status, definition.status)) {
      const isNew = !jsonEqual(status.acceptedNames, definition.status?.acceptedNames);
      await this.#write(definition, (draft) => {
        draft.status = status;
      });
      // Names that were given up are free for others.
      if (isNew) for (const { metadata } of siblings) this.#queue.add(metadata.name ?? "");
      return;
    }
    await this.#cleanUp(name, definition);
  }

  async #cleanUp(name: string, definition: CustomResourceDefinition): Promise<void> {
    const serving = this.#servings.get(name);
    const stored = serving?.resources.find((_, index) => serving.kinds[index]?.custom.isStorage);
    const step = await this.#cleanup.step(definition, stored);
    if (!step) return;
    await this.#write(definition, step);
    await this.#removeFinished(name);
  }

  /** A change of exactly this state; after a lost race the newer state is looked at again by itself. */
  async #write(definition: CustomResourceDefinition, change: (draft: CustomResourceDefinition) => void): Promise<void> {
    const { name = "", resourceVersion, uid } = definition.metadata;
    if (this.#definitions.get(name)?.metadata.resourceVersion !== resourceVersion) return;
    await modifyObject(this.#context, {
      resource: this.#context.resources.require(customresourcedefinitions),
      namespace: "",
      name,
      preconditions: { uid, resourceVersion },
      dryRun: false,
      change: (draft) => change(draft as CustomResourceDefinition),
    });
  }

  /** The last finalizer went: nothing holds the definition any more. */
  async #removeFinished(name: string): Promise<void> {
    const resource = this.#context.resources.require(customresourcedefinitions);
    const entry = await this.#context.store.get(resource.storage.key("", name));
    if (!entry) return;
    const { deletionTimestamp, finalizers } = resource.storage.read(entry).metadata;
    if (deletionTimestamp && !finalizers?.length) await removeObject(this.#context, resource, entry);
  }
}
