import { isPodFinished } from "../../api/pod-readiness.ts";
import { persistentvolumeclaims, persistentvolumes, pods, storageclasses } from "../../api/resources.ts";
import type { ObjectReference, PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import {
  BIND_COMPLETED,
  claimKeysOf,
  classNameOf,
  defaultStorageClass,
  hasAnnotation,
} from "../../api/volume-claims.ts";
import type { Client } from "../../client/client.ts";
import type { Informer } from "../../client/informer.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { claimActions, type ClaimSnapshot } from "./claim-actions.ts";
import { volumeActions, type VolumeSnapshot } from "./volume-actions.ts";

/**
 * Joins claims and volumes. Keys are those of claims, which have a namespace, and of volumes, which have none. One worker: a volume must
 * not be given to two claims at the same time.
 */
export const persistentVolumeController = defineController<ClaimSnapshot | VolumeSnapshot>({
  name: "persistentvolume-controller",
  user: systemAccount("persistent-volume-binder"),
  workers: 1,
  connect({ client, informers }) {
    const claims = informers.informer(persistentvolumeclaims);
    const volumes = informers.informer(persistentvolumes);
    const classes = informers.informer(storageclasses);
    const podInformer = informers.informer(pods);
    const podsOf = podsByClaim(podInformer);
    claims.addIndex(UNBOUND_INDEX, (claim) => (hasAnnotation(claim, BIND_COMPLETED) ? [] : [UNBOUND_INDEX]));
    volumes.addIndex(CLAIM_INDEX, ({ spec }) => (spec?.claimRef ? [claimKeyOf(spec.claimRef)] : []));
    const unbound = (): readonly PersistentVolumeClaim[] => claims.byIndex(UNBOUND_INDEX, UNBOUND_INDEX);
    return {
      watches: [
        watch(claims, (claim) => {
          const key = keyOf(claim);
          const reserved = volumes.byIndex(CLAIM_INDEX, key).map(keyOf);
          return [key, ...reserved, ...(claim.spec?.volumeName ? [claim.spec.volumeName] : [])];
        }),
        watch(volumes, (volume) => {
          const { claimRef } = volume.spec ?? {};
          const waiting = claimRef ? [claimKeyOf(claimRef)] : unbound().filter(mayWant(volume)).map(keyOf);
          return [keyOf(volume), ...waiting];
        }),
        watch(classes, () => unbound().map(keyOf)),
        // Only whether pods wait for a claim is told, and only while it waits for them.
        watch(podInformer, (pod) =>
          claimKeysOf(pod).filter((key) => {
            const claim = claims.get(key);
            return claim !== undefined && !hasAnnotation(claim, BIND_COMPLETED);
          }),
        ),
      ],
      async snapshot(key) {
        const claim = claims.get(key);
        if (claim) {
          return {
            claim,
            volume: volumes.get(claim.spec?.volumeName ?? ""),
            volumes: claim.spec?.volumeName ? [] : volumes.list(),
            storageClass: classes.get(classNameOf(claim)),
            defaultClass: defaultStorageClass(classes.list()),
            waitingPods: podsOf(key)
              .filter((pod) => !isPodFinished(pod) && !pod.spec?.nodeName)
              .map(({ metadata }) => metadata.name ?? ""),
          };
        }
        const volume = volumes.get(key);
        return volume && { volume, claim: await holderOf(volume, claims, client) };
      },
    };
  },
  reconcile: (snapshot) => ("volumes" in snapshot ? claimActions(snapshot) : volumeActions(snapshot)),
});

const UNBOUND_INDEX = "unbound";
const CLAIM_INDEX = "claim";
const PODS_INDEX = "claims";

export function podsByClaim(informer: Informer<Pod>): (claimKey: string) => readonly Pod[] {
  informer.addIndex(PODS_INDEX, claimKeysOf);
  return (claimKey) => informer.byIndex(PODS_INDEX, claimKey);
}

const claimKeyOf = ({ namespace = "", name = "" }: ObjectReference): string => `${namespace}/${name}`;

const mayWant =
  ({ metadata, spec }: PersistentVolume) =>
  (claim: PersistentVolumeClaim): boolean =>
    claim.spec?.volumeName === metadata.name || classNameOf(claim) === (spec?.storageClassName ?? "");

/** The server has the last word: data is deleted because a claim is gone, so a cache that lags must not decide it. */
async function holderOf(
  { spec, status }: PersistentVolume,
  claims: Informer<PersistentVolumeClaim>,
  client: Client,
): Promise<PersistentVolumeClaim | undefined> {
  const { namespace = "", name = "", uid } = spec?.claimRef ?? {};
  if (!uid) return undefined;
  const cached = claims.get(`${namespace}/${name}`);
  if (cached?.metadata.uid === uid) return cached;
  const isReleased = status?.phase === "Released" || status?.phase === "Failed";
  if (isReleased && !cached) return undefined;
  const current = await client.resource(persistentvolumeclaims).find({ name, namespace });
  return current?.metadata.uid === uid ? current : undefined;
}
