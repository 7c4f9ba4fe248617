import { podReferences } from "../../api/pod-references.ts";
import type { PersistentVolume, Pod } from "../../api/types/core-v1.ts";

/** Kinds of objects that pods draw from. */
type Referent = "secrets" | "configmaps" | "persistentvolumeclaims" | "serviceaccounts" | "resourceclaims";

/** Which objects the pods of each node refer to, and so which of them its agent may read. */
export class NodeGraph {
  /** Nodes by what their pods refer to, with how many pods do. */
  readonly #nodes = new Map<string, Map<string, number>>();
  /** By the key of a pod in the store. */
  readonly #pods = new Map<string, { readonly node: string; readonly referents: readonly string[] }>();
  readonly #claimOfVolume = new Map<string, string>();
  readonly #volumesOfSecret = new Map<string, Set<string>>();
  readonly #secretsOfVolume = new Map<string, readonly string[]>();

  hasPod(key: string): boolean {
    return this.#pods.has(key);
  }

  putPod(key: string, pod: Pod): void {
    const node = pod.spec?.nodeName ?? "";
    if (node === "") return;
    this.deletePod(key);
    const referents = referentsOf(pod);
    this.#pods.set(key, { node, referents });
    for (const referent of referents) {
      const counts = this.#nodes.get(referent) ?? new Map<string, number>();
      this.#nodes.set(referent, counts.set(node, (counts.get(node) ?? 0) + 1));
    }
  }

  deletePod(key: string): void {
    const known = this.#pods.get(key);
    if (!known) return;
    this.#pods.delete(key);
    for (const referent of known.referents) {
      const counts = this.#nodes.get(referent);
      const count = (counts?.get(known.node) ?? 1) - 1;
      if (count > 0) counts?.set(known.node, count);
      else counts?.delete(known.node);
      if (counts?.size === 0) this.#nodes.delete(referent);
    }
  }

  putVolume({ metadata, spec }: PersistentVolume): void {
    const { name = "" } = metadata;
    this.deleteVolume(name);
    const { name: claim = "", namespace = "" } = spec?.claimRef ?? {};
    if (claim === "") return;
    this.#claimOfVolume.set(name, keyOf("persistentvolumeclaims", namespace, claim));
    const secrets = secretsOf(spec, namespace);
    this.#secretsOfVolume.set(name, secrets);
    for (const secret of secrets) {
      this.#volumesOfSecret.set(secret, (this.#volumesOfSecret.get(secret) ?? new Set()).add(name));
    }
  }

  deleteVolume(name: string): void {
    this.#claimOfVolume.delete(name);
    for (const secret of this.#secretsOfVolume.get(name) ?? []) this.#volumesOfSecret.get(secret)?.delete(name);
    this.#secretsOfVolume.delete(name);
  }

  /** Whether a pod of the node refers to the object, itself or through a volume that it claims. */
  isReferred(node: string, referent: Referent, namespace: string, name: string): boolean {
    const key = keyOf(referent, namespace, name);
    if (this.#nodes.get(key)?.has(node)) return true;
    if (referent !== "secrets") return false;
    return [...(this.#volumesOfSecret.get(key) ?? [])].some((volume) => this.isVolumeClaimed(node, volume));
  }

  isVolumeClaimed(node: string, volume: string): boolean {
    const claim = this.#claimOfVolume.get(volume);
    return claim !== undefined && (this.#nodes.get(claim)?.has(node) ?? false);
  }
}

const keyOf = (referent: Referent, namespace: string, name: string): string => `${referent}/${namespace}/${name}`;

function referentsOf(pod: Pod): readonly string[] {
  const { namespace = "", name: podName = "" } = pod.metadata;
  const { configMaps, secrets } = podReferences(pod);
  const found = new Set<string>();
  const add = (referent: Referent, name: string | undefined): void => {
    if (name) found.add(keyOf(referent, namespace, name));
  };
  for (const name of configMaps) add("configmaps", name);
  for (const name of secrets) add("secrets", name);
  add("serviceaccounts", pod.spec?.serviceAccountName ?? "default");
  for (const volume of pod.spec?.volumes ?? []) {
    add("persistentvolumeclaims", volume.persistentVolumeClaim?.claimName);
    if (volume.ephemeral) add("persistentvolumeclaims", `${podName}-${volume.name}`);
    const { csi, iscsi, rbd, cephfs, flexVolume, scaleIO, storageos, azureFile } = volume;
    for (const source of [csi?.nodePublishSecretRef, iscsi?.secretRef, rbd?.secretRef, cephfs?.secretRef]) {
      add("secrets", source?.name);
    }
    for (const source of [flexVolume?.secretRef, scaleIO?.secretRef, storageos?.secretRef])
      add("secrets", source?.name);
    add("secrets", azureFile?.secretName);
  }
  for (const { resourceClaimName } of pod.spec?.resourceClaims ?? []) add("resourceclaims", resourceClaimName);
  for (const { resourceClaimName } of pod.status?.resourceClaimStatuses ?? []) add("resourceclaims", resourceClaimName);
  return [...found];
}

/** Secrets that the driver of a volume is given on the node. */
function secretsOf(spec: PersistentVolume["spec"], claimNamespace: string): readonly string[] {
  const { csi, iscsi, rbd, cephfs, flexVolume, azureFile } = spec ?? {};
  const references = [
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
    iscsi?.secretRef,
    rbd?.secretRef,
    cephfs?.secretRef,
    flexVolume?.secretRef,
    azureFile && { name: azureFile.secretName, namespace: azureFile.secretNamespace },
  ];
  return references.flatMap((reference) =>
    reference?.name ? keyOf("secrets", reference.namespace ?? claimNamespace, reference.name) : [],
  );
}
