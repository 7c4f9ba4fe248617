import { ApiError, isApiError } from "../api/api-error.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/event-recorder.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";
import { keyOf } from "../client/object-key.ts";
import type { JsonValue } from "../lib/json/json-value.ts";
import { applyMergePatch } from "../lib/json/merge-patch.ts";
import type {
  Action,
  CreateAction,
  DeleteAction,
  DirectoryAction,
  PatchAction,
  Report,
  SlowStartAction,
  TogetherAction,
  UpdateAction,
} from "./actions.ts";
import type { HostDirectories } from "./controller.ts";

export interface ExecutorOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly directories: HostDirectories;
  readonly signal: AbortSignal;
  readonly lookAgain: (afterMs: number) => void;
}

/** Does what one turn of a controller decided. */
export class ActionExecutor {
  readonly #options: ExecutorOptions;
  /** Each resolves once a cache shows one write. */
  readonly #unseen: (() => Promise<void>)[] = [];

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  async perform(actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      // eslint-disable-next-line no-await-in-loop -- a later action may rely on an earlier one
      await this.#performOne(action);
    }
  }

  /** Resolves when the caches show everything that was written, also by a turn that failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#unseen.map((seen) => seen()));
  }

  async #performOne(action: Action): Promise<void> {
    switch (action.do) {
      case "create":
        await this.#create(action);
        return;
      case "update":
        await this.#update(action);
        return;
      case "patch":
        await this.#patch(action);
        return;
      case "delete":
        await this.#delete(action);
        return;
      case "deleteCollection":
        await this.#options.client.resource(action.type).deleteCollection({ namespace: action.namespace });
        return;
      case "slowStart":
        await this.#slowStart(action);
        return;
      case "together":
        await this.#together(action.actions, action);
        return;
      case "event":
        this.#options.events.record(action.about, action.type, action.reason, action.message);
        return;
      case "directory":
        await this.#changeDirectory(action);
        return;
      case "lookAgain":
        this.#options.lookAgain(action.afterMs);
    }
  }

  async #create({ type, object, report, ifItFails }: CreateAction): Promise<void> {
    try {
      const created = await this.#options.client.resource(type).create(object);
      this.#wrote(type, created);
      this.#tellDone(report, created.metadata.name ?? "");
    } catch (error) {
      // Everything in the namespace is about to go: there is nothing to be done and nothing to tell.
      if (isNamespaceTerminating(error)) return;
      this.#tellFailed(report, error);
      if (ifItFails) await this.perform(ifItFails(asError(error)));
      throw error;
    }
  }

  async #update({ type, object, subresource, ifItFails }: UpdateAction): Promise<void> {
    try {
      this.#wrote(type, await this.#options.client.resource(type).update(object, { subresource }));
    } catch (error) {
      if (ifItFails) await this.perform(ifItFails(asError(error)));
      throw error;
    }
  }

  async #patch({ type, key, patch, patchType, subresource, asUpdate }: PatchAction): Promise<void> {
    const resource = this.#options.client.resource(type);
    if (!asUpdate) {
      this.#wrote(type, await resource.patch(key, patch, { type: patchType, subresource }));
      return;
    }
    // What the patch says of uid and resourceVersion holds as it would for the patch.
    const changed = applyMergePatch((await resource.get(key)) as never, patch as JsonValue) as unknown as KubeObject;
    this.#wrote(type, await resource.update(changed, { subresource }));
  }

  async #delete({ type, object: { metadata }, options, onlyUnchanged = false, report }: DeleteAction): Promise<void> {
    const { name = "", namespace, uid, resourceVersion } = metadata;
    const preconditions = { uid, ...(onlyUnchanged ? { resourceVersion } : {}) };
    try {
      const left = await this.#options.client.resource(type).delete({ name, namespace }, { ...options, preconditions });
      if (left) this.#wrote(type, left);
      else this.#deleted(type, { metadata });
      this.#tellDone(report, name);
    } catch (error) {
      if (isApiError(error, "NotFound")) return;
      this.#tellFailed(report, error);
      throw error;
    }
  }

  async #changeDirectory({ change, path, ifItFails }: DirectoryAction): Promise<void> {
    const { directories } = this.#options;
    try {
      await (change === "make" ? directories.make(path) : directories.remove(path));
    } catch (error) {
      if (ifItFails) await this.perform(ifItFails(asError(error)));
      throw error;
    }
  }

  async #slowStart({ actions, ifOneFails }: SlowStartAction): Promise<void> {
    let start = 0;
    for (let size = 1; start < actions.length; size *= 2) {
      // eslint-disable-next-line no-await-in-loop -- the next batch waits for this one's success
      await this.#together(actions.slice(start, start + size), ifOneFails ? { ifOneFails } : {});
      start += size;
    }
  }

  async #together(actions: readonly Action[], { ifOneFails }: Pick<TogetherAction, "ifOneFails">): Promise<void> {
    const results = await Promise.allSettled(actions.map((action) => this.#performOne(action)));
    const failed = results.find((result) => result.status === "rejected");
    if (!failed) return;
    if (ifOneFails) await this.perform(ifOneFails(asError(failed.reason)));
    throw asError(failed.reason);
  }

  #wrote(type: ResourceType, written: KubeObject): void {
    const resourceVersion = Number(written.metadata.resourceVersion);
    this.#await(type, (informer) => informer.resourceVersion >= resourceVersion);
  }

  #deleted(type: ResourceType, object: Pick<KubeObject, "metadata">): void {
    this.#await(type, (informer) => informer.get(keyOf(object))?.metadata.uid !== object.metadata.uid);
  }

  #await(type: ResourceType, isVisible: (informer: Informer<KubeObject>) => boolean): void {
    for (const informer of this.#options.informers.following(type)) {
      if (isVisible(informer)) continue;
      this.#unseen.push(() => informer.until(() => isVisible(informer), this.#options.signal));
    }
  }

  #tellDone(report: Report | undefined, name: string): void {
    if (report) this.#options.events.record(report.about, "Normal", report.done.reason, report.done.message(name));
  }

  #tellFailed(report: Report | undefined, error: unknown): void {
    if (!report) return;
    const { reason, message } = report.failed;
    this.#options.events.record(report.about, "Warning", reason, message(asError(error).message));
  }
}

function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") === true
  );
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
