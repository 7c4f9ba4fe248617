import type { Kind } from "../../api/kind.ts";
import { flowSchema } from "../../api/kinds/flowcontrol/flow-schema.ts";
import { priorityLevelConfiguration } from "../../api/kinds/flowcontrol/priority-level-configuration.ts";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/types/flowcontrol-v1.ts";
import type { Logger } from "../../lib/logger.ts";
import type { KeyValue, Store, StoreEvent } from "../../store/store.ts";
import { ObjectStorage } from "../objects/object-storage.ts";
import type { FlowControl } from "./flow-control.ts";

/** Both kinds lie below it. */
const PREFIX = "/registry/flowcontrol.apiserver.k8s.io/";

/** Keeps priority and fairness at what the store has of its objects, until disposed. */
export async function followFlowConfig(store: Store, flowControl: FlowControl, log: Logger): Promise<Disposable> {
  const schemas = new Followed<FlowSchema>(flowSchema);
  const levels = new Followed<PriorityLevelConfiguration>(priorityLevelConfiguration);
  const configure = (): void => flowControl.configure(schemas.objects, levels.objects);
  const apply = (type: StoreEvent["type"], entry: KeyValue): void => {
    schemas.apply(type, entry);
    levels.apply(type, entry);
  };
  const { items, revision } = await store.range(PREFIX);
  for (const entry of items) apply("put", entry);
  configure();
  let isDisposed = false;
  const watch = await store.watch(PREFIX, revision, {
    onEvents(events) {
      for (const { type, entry } of events) apply(type, entry);
      configure();
    },
    onEnd(error) {
      if (!isDisposed) log.error("Flow schemas and priority levels are no longer followed", { error });
    },
  });
  return {
    [Symbol.dispose]() {
      isDisposed = true;
      watch.close();
    },
  };
}

/** The objects of one kind, by their key. */
class Followed<T> {
  readonly #storage: ObjectStorage;
  readonly #objects = new Map<string, T>();

  constructor(kind: Kind) {
    this.#storage = new ObjectStorage(kind);
  }

  get objects(): readonly T[] {
    return [...this.#objects.values()];
  }

  apply(type: StoreEvent["type"], entry: KeyValue): void {
    if (!entry.key.startsWith(this.#storage.prefix)) return;
    // What lies there was written as an object of this kind.
    if (type === "put") this.#objects.set(entry.key, this.#storage.read(entry) as T);
    else this.#objects.delete(entry.key);
  }
}
