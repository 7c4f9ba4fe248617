import type { KubeObject } from "../../api/resource-type.ts";
import { persistentvolumeclaims, persistentvolumes, storageclasses } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import {
  classNameOf,
  defaultStorageClass,
  isReservedFor,
  mismatch,
  saysItsClass,
  waitsForConsumer,
} from "../../api/volume-claims.ts";
import { advice, type Finding, note, run, symptom, waiting, wrong } from "../finding.ts";
import { ageMs, latestEvent, type Snapshot } from "../snapshot.ts";
import { subject } from "../subject.ts";
import { podsUsing } from "./claim-users.ts";

const PATIENCE_MS = 30_000;

export const claimSubject = subject<PersistentVolumeClaim>({
  type: persistentvolumeclaims,
  state: ({ status, spec }) =>
    status?.phase === "Bound" ? `bound to ${spec?.volumeName}` : (status?.phase ?? "Pending"),
  findings: (claim, snapshot) => {
    switch (claim.status?.phase) {
      case "Bound":
        return resizing(claim);
      case "Lost":
        return [
          wrong(
            "VolumeLost",
            `its volume ${JSON.stringify(claim.spec?.volumeName)} does not exist any more, and the data with it`,
            {
              remedies: [advice("delete the claim and create it anew, or restore the volume under its old name")],
            },
          ),
        ];
      default:
        return [pending(claim, snapshot)];
    }
  },
  related: ({ spec }, snapshot): readonly KubeObject[] => {
    const volume = snapshot.find(persistentvolumes, spec?.volumeName ?? "");
    return volume ? [volume] : [];
  },
});

function pending(claim: PersistentVolumeClaim, snapshot: Snapshot): Finding {
  const named = claim.spec?.volumeName ?? "";
  if (named !== "" && snapshot.knows(persistentvolumes)) return namedVolume(claim, named, snapshot);
  if (named !== "" || !snapshot.knows(storageclasses)) return untold(claim, snapshot);
  const className = classNameOf(claim);
  const classes = snapshot.list(storageclasses);
  const names = classes.map(({ metadata }) => metadata.name ?? "");
  const storageClass =
    className === "" && !saysItsClass(claim)
      ? defaultStorageClass(classes)
      : classes.find(({ metadata }) => metadata.name === className);
  const evidence = [
    names.length > 0 ? `Classes of this cluster: ${names.join(", ")}` : "This cluster has no StorageClass",
  ];
  if (className !== "" && !storageClass)
    return wrong("StorageClassMissing", `its StorageClass ${JSON.stringify(className)} does not exist`, {
      evidence: [...evidence, ...nearVolumes(claim, snapshot)],
      remedies: [
        advice("a claim cannot change its class: delete it and create it with one that exists, or create the class"),
      ],
    });
  if (!storageClass)
    return wrong(
      "NoVolumeFits",
      className === "" && saysItsClass(claim)
        ? "it wants a volume of no class, and none that is free fits it"
        : "it names no StorageClass, no class is the default, and no volume that is free fits it",
      {
        evidence: [...evidence, ...nearVolumes(claim, snapshot)],
        remedies: [advice("create a PersistentVolume that fits, or name a StorageClass")],
      },
    );
  if (waitsForConsumer(storageClass) && podsUsing(claim, snapshot).length === 0)
    return note(
      "WaitsForConsumer",
      `it waits for a pod: volumes of the class ${JSON.stringify(storageClass.metadata.name)} are made when the first pod uses the claim`,
      {
        remedies: [advice("that is as it should be; start the pod")],
      },
    );
  return provisioning(claim, storageClass.metadata.name ?? "", storageClass.provisioner, snapshot);
}

/** Volumes and classes are the cluster's, and not for everybody to read: then events are all there is to go by. */
function untold(claim: PersistentVolumeClaim, snapshot: Snapshot): Finding {
  const told = snapshot.eventsOf(claim).at(-1);
  const parts = { evidence: [told?.message] };
  if (told?.type === "Warning") return wrong("NotBound", "it has no volume yet", parts);
  const isOnItsWay =
    told?.reason === "WaitForFirstConsumer" || ageMs(snapshot, claim.metadata.creationTimestamp) < PATIENCE_MS;
  const tell = isOnItsWay ? waiting : symptom;
  return tell("NotBound", "it has no volume yet, and what volumes and classes there are may not be read", parts);
}

function provisioning(
  claim: PersistentVolumeClaim,
  className: string,
  provisioner: string,
  snapshot: Snapshot,
): Finding {
  const failed = latestEvent(snapshot, claim, "ProvisioningFailed");
  if (failed)
    return wrong("ProvisioningFailed", `the provisioner ${provisioner} cannot make its volume`, {
      evidence: [failed.message],
    });
  const sinceMs = ageMs(snapshot, claim.metadata.creationTimestamp);
  if (sinceMs < PATIENCE_MS) return waiting("Provisioning", `its volume is being made by ${provisioner}`);
  const isNone = provisioner === "kubernetes.io/no-provisioner";
  const tell = podsUsing(claim, snapshot).length > 0 || isNone ? wrong : symptom;
  return tell(
    isNone ? "NoVolumeFits" : "ProvisionerSilent",
    isNone
      ? `volumes of the class ${JSON.stringify(className)} are made by hand, and none that is free fits it`
      : `the provisioner ${provisioner} of the class ${JSON.stringify(className)} has made no volume for it`,
    {
      evidence: [
        latestEvent(snapshot, claim, "ExternalProvisioning", "WaitForPodScheduled")?.message,
        ...nearVolumes(claim, snapshot),
      ],
      remedies: [
        isNone
          ? advice("create a PersistentVolume that fits")
          : advice("see whether the provisioner runs, and what it says in its log"),
      ],
    },
  );
}

function namedVolume(claim: PersistentVolumeClaim, name: string, snapshot: Snapshot): Finding {
  const volume = snapshot.find(persistentvolumes, name);
  if (!volume)
    return wrong("VolumeMissing", `it asks for the volume ${JSON.stringify(name)}, which does not exist`, {
      remedies: [run("see which there are", "kube get pv")],
    });
  const why = volumeProblem(volume, claim);
  return why === undefined
    ? waiting("Binding", `it is being bound to ${name}`)
    : wrong("VolumeDoesNotFit", `it asks for the volume ${JSON.stringify(name)}, which ${why}`, {
        remedies: [run("see the volume", `kube describe pv ${name}`)],
      });
}

function volumeProblem(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { claimRef } = volume.spec ?? {};
  if (claimRef && !isReservedFor(volume, claim)) return `belongs to the claim ${claimRef.namespace}/${claimRef.name}`;
  if (classNameOf(volume) !== classNameOf(claim))
    return `is of the class ${JSON.stringify(classNameOf(volume))}, and not ${JSON.stringify(classNameOf(claim))}`;
  return mismatch(volume, claim);
}

/** Why the volumes there are do not do. */
function nearVolumes(claim: PersistentVolumeClaim, snapshot: Snapshot): readonly string[] {
  return snapshot
    .list(persistentvolumes)
    .slice(0, 5)
    .flatMap((volume) => {
      const why = volumeProblem(volume, claim);
      return why === undefined ? [] : [`Volume ${volume.metadata.name}: ${why}`];
    });
}

function resizing({ status }: PersistentVolumeClaim): readonly Finding[] {
  return (status?.conditions ?? []).flatMap(({ type, status: is, message }) => {
    if (is !== "True") return [];
    if (type === "ControllerResizeError" || type === "NodeResizeError")
      return [wrong("ResizeFails", "it cannot be made larger", { evidence: [message] })];
    if (type === "FileSystemResizePending")
      return [waiting("ResizePending", "its file system grows when a pod that uses it starts again")];
    return [];
  });
}
