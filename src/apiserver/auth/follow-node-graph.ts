import { persistentVolume } from "../../api/kinds/core/persistent-volume.ts";
import { pod } from "../../api/kinds/core/pod.ts";
import type { Logger } from "../../lib/logger.ts";
import type { KeyValue, Store, StoreEvent } from "../../store/store.ts";
import { ObjectStorage } from "../objects/object-storage.ts";
import { NodeGraph } from "./node-graph.ts";

export interface FollowedGraph extends Disposable {
  readonly graph: NodeGraph;
}

const NODE_NAME = Buffer.from('"nodeName":"');
const EPHEMERAL = Buffer.from('"ephemeralContainers":');

/**
 * Keeps a graph at the state of the store until disposed. Most writes of pods change nothing that it knows: they are told by a look
 * at their bytes, because parsing each would cost as much as the write.
 */
export async function followNodeGraph(store: Store, log: Logger): Promise<FollowedGraph> {
  const graph = new NodeGraph();
  // What lies below a prefix was written as an object of its kind.
  const pods = new ObjectStorage(pod);
  const volumes = new ObjectStorage(persistentVolume);
  const seePod = (type: StoreEvent["type"], entry: KeyValue): void => {
    if (type === "delete") return graph.deletePod(entry.key);
    const bytes = Buffer.from(entry.value.buffer, entry.value.byteOffset, entry.value.byteLength);
    // Where a pod is does not change, nor what it refers to, but for containers that are added to it.
    if (!bytes.includes(NODE_NAME) || (graph.hasPod(entry.key) && !bytes.includes(EPHEMERAL))) return;
    graph.putPod(entry.key, pods.read(entry));
  };
  const seeVolume = (type: StoreEvent["type"], entry: KeyValue): void => {
    const volume = volumes.read(entry);
    if (type === "put") graph.putVolume(volume);
    else graph.deleteVolume(volume.metadata.name ?? "");
  };
  const stack = new DisposableStack();
  await follow(store, pods.prefix, seePod, stack, log);
  await follow(store, volumes.prefix, seeVolume, stack, log);
  return { graph, [Symbol.dispose]: () => stack.dispose() };
}

async function follow(
  store: Store,
  prefix: string,
  see: (type: StoreEvent["type"], entry: KeyValue) => void,
  stack: DisposableStack,
  log: Logger,
): Promise<void> {
  const { items, revision } = await store.range(prefix);
  for (const entry of items) see("put", entry);
  let isDisposed = false;
  const watch = await store.watch(prefix, revision, {
    onEvents(events) {
      for (const { type, entry } of events) see(type, entry);
    },
    onEnd(error) {
      if (!isDisposed) log.error("What nodes refer to is no longer followed", { error });
    },
  });
  stack.defer(() => {
    isDisposed = true;
    watch.close();
  });
}
