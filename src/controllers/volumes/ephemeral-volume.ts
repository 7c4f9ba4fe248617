import { controllerReference } from "../../api/owner-references.ts";
import { persistentvolumeclaims, pods } from "../../api/resources.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import { claimNameOf, foreignClaimProblem } from "../../api/volume-claims.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { podsByClaim } from "./persistent-volume.ts";

interface EphemeralVolumeSnapshot {
  readonly pod: Pod;
  /** By name; those that exist. */
  readonly claims: Readonly<Record<string, PersistentVolumeClaim>>;
}

/** Makes the claims of volumes that live and end with a pod. */
export const ephemeralVolumeController = defineController<EphemeralVolumeSnapshot>({
  name: "ephemeral_volume",
  user: systemAccount("ephemeral-volume-controller"),
  connect({ informers }) {
    const podInformer = informers.informer(pods);
    const claims = informers.informer(persistentvolumeclaims);
    const podsOf = podsByClaim(podInformer);
    return {
      watches: [
        watch(podInformer, (pod) => (pod.spec?.volumes?.some(({ ephemeral }) => ephemeral) ? [keyOf(pod)] : [])),
        watch(claims, (claim) => (claims.get(keyOf(claim)) ? [] : podsOf(keyOf(claim)).map(keyOf))),
      ],
      snapshot(key) {
        const pod = podInformer.get(key);
        if (!pod) return undefined;
        const names = (pod.spec?.volumes ?? []).map((volume) => claimNameOf(pod, volume) ?? "");
        const found = names.flatMap((name) => claims.get(`${pod.metadata.namespace ?? ""}/${name}`) ?? []);
        return { pod, claims: Object.fromEntries(found.map((claim) => [claim.metadata.name ?? "", claim])) };
      },
    };
  },
  reconcile: ephemeralVolumeActions,
});

function ephemeralVolumeActions({ pod, claims }: EphemeralVolumeSnapshot): readonly Action[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  return (pod.spec?.volumes ?? []).flatMap((volume): Action[] => {
    const template = volume.ephemeral?.volumeClaimTemplate;
    const name = claimNameOf(pod, volume);
    if (!template || name === undefined) return [];
    const failed = (problem: string): Action => ({
      do: "event",
      about: pod,
      type: "Warning",
      reason: "FailedBinding",
      message: `ephemeral volume ${volume.name}: ${problem}`,
    });
    const claim = claims[name];
    if (claim) {
      const problem = foreignClaimProblem(claim, pod);
      return problem === undefined ? [] : [failed(problem)];
    }
    const { annotations, labels } = template.metadata ?? {};
    const object: PersistentVolumeClaim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name,
        namespace: pod.metadata.namespace,
        ownerReferences: [controllerReference(pod)],
        ...(annotations ? { annotations } : {}),
        ...(labels ? { labels } : {}),
      },
      spec: template.spec,
    };
    return [
      {
        do: "create",
        type: persistentvolumeclaims,
        object,
        ifItFails: ({ message }) => [failed(`create PVC ${name}: ${message}`)],
      },
    ];
  });
}
