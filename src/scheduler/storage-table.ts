import type { KubeObject } from "../api/resource-type.ts";
import {
  csidrivers,
  csinodes,
  csistoragecapacities,
  persistentvolumeclaims,
  persistentvolumes,
  storageclasses,
  volumeattachments,
} from "../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../api/types/core-v1.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
} from "../api/types/storage-v1.ts";
import { classNameOf } from "../api/volume-claims.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";
import { keyOf } from "../client/object-key.ts";
import type { ClusterChange } from "./plugin.ts";
import type { StorageView } from "./storage-view.ts";

const CLASS_INDEX = "class";
const NODE_INDEX = "node";

/** What the API says, and on top of it what the scheduler has decided, until the API says something newer. */
export class StorageTable implements StorageView {
  readonly claims: Assumable<PersistentVolumeClaim>;
  readonly volumes: Assumable<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;
  readonly #drivers: Informer<CSIDriver>;
  readonly #csiNodes: Informer<CSINode>;
  readonly #attachments: Informer<VolumeAttachment>;
  readonly #capacities: Informer<CSIStorageCapacity>;

  constructor(informers: InformerFactory) {
    this.claims = new Assumable(informers.informer(persistentvolumeclaims));
    this.volumes = new Assumable(informers.informer(persistentvolumes));
    this.#classes = informers.informer(storageclasses);
    this.#drivers = informers.informer(csidrivers);
    this.#csiNodes = informers.informer(csinodes);
    this.#attachments = informers.informer(volumeattachments);
    this.#capacities = informers.informer(csistoragecapacities);
    this.volumes.informer.addIndex(CLASS_INDEX, (volume) => [classNameOf(volume)]);
    this.#attachments.addIndex(NODE_INDEX, ({ spec }) => [spec.nodeName]);
  }

  async synced(signal: AbortSignal): Promise<void> {
    const all = [
      this.claims.informer,
      this.volumes.informer,
      this.#classes,
      this.#drivers,
      this.#csiNodes,
      this.#attachments,
      this.#capacities,
    ];
    await Promise.all(all.map((informer) => informer.synced(signal)));
  }

  /** Tells changes that pods may wait for, until the returned function is called. */
  onChange(react: (change: ClusterChange) => void): () => void {
    const told = (change: ClusterChange) => () => react(change);
    const ends = [
      this.claims.onChange((claim) => react({ type: "claim-changed", claim })),
      this.volumes.onChange(told({ type: "volume-changed" })),
      ...[this.#classes, this.#drivers, this.#csiNodes, this.#attachments, this.#capacities].map((informer) => {
        const tell = told({ type: "storage-changed" });
        return informer.onChange({ added: tell, updated: tell, deleted: tell });
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  claim(key: string): PersistentVolumeClaim | undefined {
    return this.claims.get(key);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.volumes.get(name);
  }

  volumesOfClass(className: string): readonly PersistentVolume[] {
    return this.volumes.informer
      .byIndex(CLASS_INDEX, className)
      .map((volume) => this.volumes.get(keyOf(volume)) ?? volume);
  }

  storageClass(name: string): StorageClass | undefined {
    return this.#classes.get(name);
  }

  driver(name: string): CSIDriver | undefined {
    return this.#drivers.get(name);
  }

  driversOfNode(nodeName: string): CSINode | undefined {
    return this.#csiNodes.get(nodeName);
  }

  attachmentsTo(nodeName: string): readonly VolumeAttachment[] {
    return this.#attachments.byIndex(NODE_INDEX, nodeName);
  }

  capacities(): readonly CSIStorageCapacity[] {
    return this.#capacities.list();
  }
}

/** Objects of one kind, some of them as they are about to be. */
class Assumable<T extends KubeObject> {
  readonly informer: Informer<T>;
  readonly #assumed = new Map<string, T>();

  constructor(informer: Informer<T>) {
    this.informer = informer;
  }

  get(key: string): T | undefined {
    return this.#assumed.get(key) ?? this.informer.get(key);
  }

  assume(object: T): void {
    this.#assumed.set(keyOf(object), object);
  }

  forget(object: T): void {
    this.#assumed.delete(keyOf(object));
  }

  /** Whatever the API tells is newer than what was assumed. */
  onChange(react: (object: T) => void): () => void {
    const tell = (object: T): void => {
      this.forget(object);
      react(object);
    };
    return this.informer.onChange({ added: tell, updated: tell, deleted: tell });
  }
}
