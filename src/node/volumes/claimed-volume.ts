import { isApiError } from "../../api/api-error.ts";
import { persistentvolumeclaims, persistentvolumes } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from "../../api/types/core-v1.ts";
import { claimNameOf, foreignClaimProblem } from "../../api/volume-claims.ts";
import type { Client } from "../../client/client.ts";
import { type MountableVolume, VolumeError } from "./volume.ts";

const PROTECTION = "kubernetes.io/pvc-protection";

/** Finds what is behind volumes that pods have by a claim. Always asks the server: mounting is rare, and what is old would be wrong. */
export class ClaimedVolumes {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * The volume that a claim of the pod is bound to, in the form of one that a pod names itself; a volume without a claim is returned as it
   * is. Throws VolumeError with the kubelet's words for what stands in the way.
   */
  async resolve(pod: Readonly<Pod>, volume: Volume): Promise<MountableVolume> {
    const claimName = claimNameOf(pod, volume);
    if (claimName === undefined) return volume;
    const { namespace = "" } = pod.metadata;
    try {
      const claim = await this.#claim(namespace, claimName);
      const problem = volume.ephemeral && foreignClaimProblem(claim, pod);
      if (problem !== undefined) throw new Error(problem);
      const bound = await this.#volume(claim);
      checkMode(pod, volume, bound);
      return sourceOf(bound);
    } catch (error) {
      if (error instanceof VolumeError || !(error instanceof Error)) throw error;
      const text = `error processing PVC ${namespace}/${claimName}: ${error.message}`;
      const { name } = volume;
      throw new VolumeError(
        `Unable to attach or mount volumes: unmounted volumes=[${name}], unattached volumes=[], failed to process volumes=[${name}]: ${text}`,
      );
    }
  }

  async #claim(namespace: string, name: string): Promise<PersistentVolumeClaim> {
    const claim = await fetched("PVC", () => this.#client.resource(persistentvolumeclaims).get({ name, namespace }));
    const { deletionTimestamp, finalizers = [] } = claim.metadata;
    if (deletionTimestamp !== undefined && !finalizers.includes(PROTECTION)) throw new Error("PVC is being deleted");
    if (claim.status?.phase !== "Bound") throw new Error("PVC is not bound");
    if (!claim.spec?.volumeName) throw new Error("PVC has empty pvc.Spec.VolumeName");
    return claim;
  }

  async #volume({ metadata: { uid = "" }, spec }: PersistentVolumeClaim): Promise<PersistentVolume> {
    const name = spec?.volumeName ?? "";
    const volume = await fetched(`PV ${name}`, () => this.#client.resource(persistentvolumes).get({ name }));
    const reserved = volume.spec?.claimRef;
    if (!reserved) {
      throw new Error(
        `found PV object ${name} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
      );
    }
    if (reserved.uid !== uid) {
      throw new Error(
        `found PV object ${name} but its pv.Spec.ClaimRef.UID ${reserved.uid ?? ""} does not point to claim.UID ${uid}`,
      );
    }
    return volume;
  }
}

async function fetched<T>(what: string, get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (cause) {
    // What is no answer of the API is no reason that a user could do anything about.
    if (!isApiError(cause)) throw cause;
    throw new Error(`failed to fetch ${what} from API server: ${cause.message}`, { cause });
  }
}

function checkMode({ spec }: Readonly<Pod>, { name }: Volume, bound: PersistentVolume): void {
  const mode = bound.spec?.volumeMode ?? "Filesystem";
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const isMounted = containers.some(({ volumeMounts }) => volumeMounts?.some((mount) => mount.name === name));
  const isDevice = containers.some(({ volumeDevices }) => volumeDevices?.some((device) => device.name === name));
  if (isMounted && mode !== "Filesystem") {
    throw new Error(`volume ${name} has volumeMode ${mode}, but is specified in volumeMounts`);
  }
  if (isDevice && mode !== "Block") {
    throw new Error(`volume ${name} has volumeMode ${mode}, but is specified in volumeDevices`);
  }
  if (isDevice) throw new Error("block volumes are not supported on this node");
}

/** Only the source: a volume is spoken of by its own name, not by the one that a pod has for it. */
function sourceOf({ metadata: { name = "" }, spec = {} }: PersistentVolume): MountableVolume {
  const { csi, hostPath, local, nfs } = spec;
  if (csi) {
    throw new VolumeError(
      `MountVolume.MountDevice failed for volume "${name}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: ` +
        `driver name ${csi.driver} not found in the list of registered CSI drivers`,
    );
  }
  return { name, hostPath, local, nfs };
}
