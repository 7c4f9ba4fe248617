import { CLEANUP_FINALIZER } from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { CustomResourceDefinition } from "../../api/types/apiextensions-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { KeyValue, Watch } from "../../store/store.ts";
import { deletion } from "../objects/deletion.ts";
import { removeObject } from "../objects/object-remove.ts";
import type { ServedResource } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import { isTrue, statusWith } from "./definition-conditions.ts";

type Change = (draft: CustomResourceDefinition) => void;

/** Deletes the instances of a definition that is being deleted, and lets it go when the last of them has gone. */
export class InstanceCleanup implements Disposable {
  readonly #context: ServerContext;
  readonly #lookAgain: (name: string) => void;
  readonly #watches = new Map<string, Watch>();

  constructor(context: ServerContext, lookAgain: (name: string) => void) {
    this.#context = context;
    this.#lookAgain = lookAgain;
  }

  [Symbol.dispose](): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }

  /** What is to be written about a definition next; undefined: nothing, or it has to wait for its instances. */
  async step(definition: CustomResourceDefinition, stored: ServedResource | undefined): Promise<Change | undefined> {
    const { metadata } = definition;
    const isDue = metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(CLEANUP_FINALIZER);
    const name = metadata.name ?? "";
    if (!isDue) return undefined;
    if (!stored || !isTrue(definition, "Established")) {
      return this.#finished(name, "NeverEstablished", "resource was never established");
    }
    if (reasonOf(definition) === "InstanceDeletionPending") {
      return this.#said("True", "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    }
    try {
      if (await this.#deleteInstances(name, stored)) {
        return this.#finished(name, "InstanceDeletionCompleted", "removed all instances");
      }
    } catch (error) {
      this.#context.log.warn(`Instances of "${name}" could not be deleted: ${errorText(error)}`);
      const message = `could not issue all deletes: ${errorText(error)}`;
      if (reasonOf(definition) === "InstanceDeletionFailed") throw error;
      return this.#said("True", "InstanceDeletionFailed", message);
    }
    return undefined;
  }

  #finished(name: string, reason: string, message: string): Change {
    this.#watches.get(name)?.close();
    this.#watches.delete(name);
    const say = this.#said("False", reason, message);
    return (draft) => {
      say(draft);
      draft.metadata.finalizers = draft.metadata.finalizers?.filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    };
  }

  #said(status: string, reason: string, message: string): Change {
    const now = this.#context.clock.now();
    return (draft) => {
      draft.status = statusWith(draft.status, { type: "Terminating", status, reason, message }, now);
    };
  }

  /** True when none is left. */
  async #deleteInstances(name: string, resource: ServedResource): Promise<boolean> {
    const { store } = this.#context;
    const { items, revision } = await store.range(resource.storage.prefix);
    if (items.length === 0) return true;
    // Subscribe before deleting, or the end of the last one is lost.
    if (!this.#watches.has(name)) {
      this.#watches.set(
        name,
        await store.watch(resource.storage.prefix, revision, {
          onEvents: (events) => {
            if (events.some(({ type }) => type === "delete")) this.#lookAgain(name);
          },
          onEnd: () => this.#watches.delete(name),
        }),
      );
    }
    for (const entry of items) await this.#deleteInstance(resource, entry);
    return (await store.count(resource.storage.prefix)) === 0;
  }

  async #deleteInstance(resource: ServedResource, entry: KeyValue): Promise<void> {
    await resource.storage.prepare([entry]);
    const object: Readonly<KubeObject> = resource.storage.read(entry);
    const step = deletion(resource.kind, object, {}, this.#context.clock.now());
    // Who wrote it meanwhile is seen at the next look.
    if (step.action === "remove") await removeObject(this.#context, resource, entry);
    if (step.action !== "mark" || object.metadata.deletionTimestamp) return;
    await resource.storage.prepareWrite(step.draft);
    const result = await this.#context.store.update(entry.key, entry.revision, resource.storage.valueOf(step.draft));
    if (result.outcome === "conflict") throw new Error(`${resource.type.resource} were changed meanwhile`);
  }
}

const reasonOf = ({ status }: CustomResourceDefinition): string | undefined =>
  status?.conditions?.find(({ type }) => type === "Terminating")?.reason;
