import { persistentvolumeclaims, persistentvolumes } from "../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../api/types/core-v1.ts";
import { BOUND_BY_CONTROLLER, isFullyBound, isReservedFor, SELECTED_NODE } from "../api/volume-claims.ts";
import type { Client } from "../client/client.ts";
import { keyOf } from "../client/object-key.ts";
import { sleep, type Clock } from "../lib/time/clock.ts";
import type { PodVolumes, VolumeBindingPair } from "./pod-volumes.ts";
import type { StorageTable } from "./storage-table.ts";

/** Upstream's bindTimeoutSeconds. */
const TIMEOUT_MS = 600_000;

/** Gets a pod its volumes: assumes at once what was decided, writes it, and waits until the controllers have done their part. */
export class VolumeBinder {
  readonly #client: Client;
  readonly #storage: StorageTable;
  readonly #clock: Clock;

  constructor(client: Client, storage: StorageTable, clock: Clock) {
    this.#client = client;
    this.#storage = storage;
    this.#clock = clock;
  }

  /** From now on nobody else gets these volumes. */
  assume({ bindings, provisions }: PodVolumes, nodeName: string): void {
    for (const pair of bindings) this.#storage.volumes.assume(boundVolume(pair));
    for (const claim of provisions) this.#storage.claims.assume(withSelectedNode(claim, nodeName));
  }

  forget({ bindings, provisions }: PodVolumes): void {
    for (const { volume } of bindings) this.#storage.volumes.forget(volume);
    for (const claim of provisions) this.#storage.claims.forget(claim);
  }

  /** Resolves when every claim has its volume. */
  async bind(volumes: PodVolumes, nodeName: string, signal: AbortSignal): Promise<void> {
    const { bindings, provisions } = volumes;
    for (const pair of bindings) await this.#client.resource(persistentvolumes).update(boundVolume(pair));
    for (const claim of provisions) await this.#selectNode(claim, nodeName);
    const claims = [...bindings.map(({ claim }) => claim), ...provisions];
    const stop = new AbortController();
    const timeout = sleep(TIMEOUT_MS, { clock: this.#clock, signal: stop.signal }).then(() => {
      throw new Error("binding volumes: context deadline exceeded");
    });
    try {
      const bound = this.#untilBound(claims, provisions, nodeName, AbortSignal.any([signal, stop.signal]));
      await Promise.race([bound, timeout]);
    } finally {
      stop.abort();
      await timeout.catch(() => undefined);
    }
  }

  async #selectNode(claim: PersistentVolumeClaim, nodeName: string): Promise<void> {
    const { name = "", namespace, uid, resourceVersion } = claim.metadata;
    const metadata = { uid, resourceVersion, annotations: { [SELECTED_NODE]: nodeName } };
    await this.#client.resource(persistentvolumeclaims).patch({ name, namespace }, { metadata }, { type: "merge" });
  }

  async #untilBound(
    claims: readonly PersistentVolumeClaim[],
    provisions: readonly PersistentVolumeClaim[],
    nodeName: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { informer } = this.#storage.claims;
    const current = (claim: PersistentVolumeClaim) => {
      const found = informer.get(keyOf(claim));
      return found?.metadata.uid === claim.metadata.uid ? found : undefined;
    };
    const isNewer = (claim: PersistentVolumeClaim): boolean =>
      current(claim)?.metadata.resourceVersion !== claim.metadata.resourceVersion;
    const failure = (): string | undefined => {
      const lost = claims.find((claim) => !current(claim));
      if (lost) return `failed to check binding: persistentvolumeclaim ${JSON.stringify(lost.metadata.name)} not found`;
      const given = provisions.find(
        (claim) => isNewer(claim) && current(claim)?.metadata.annotations?.[SELECTED_NODE] !== nodeName,
      );
      return given && `provisioning failed for PVC ${JSON.stringify(given.metadata.name)}`;
    };
    const isDone = (): boolean => claims.every((claim) => isFullyBound(current(claim) ?? claim));
    await informer.until(() => isDone() || failure() !== undefined, signal);
    const problem = failure();
    if (problem !== undefined) throw new Error(`binding volumes: ${problem}`);
  }
}

function boundVolume({ volume, claim }: VolumeBindingPair): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid, resourceVersion };
  const annotations = isReservedFor(volume, claim)
    ? volume.metadata.annotations
    : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: "yes" };
  return { ...volume, metadata: { ...volume.metadata, annotations }, spec: { ...volume.spec, claimRef } };
}

const withSelectedNode = (claim: PersistentVolumeClaim, nodeName: string): PersistentVolumeClaim => ({
  ...claim,
  metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName } },
});
